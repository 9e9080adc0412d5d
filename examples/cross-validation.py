# SPDX-License-Identifier: LGPL-2.1-or-later

"""One model of what a cross-validation has trained.

cross-validation.py [DATA [MODEL]] trains three forests on a ROOT file, each without a third of the
events, and saves a model in which every event is answered by the forest that has not seen it.
"""

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, Pymva

N_FOLDS = 3
# The number of an event's fold, from digits that say nothing of what is learnt.
FOLD = 'int (fabs (var1) * 1e4) % 3'

data = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/tmva_reg_example.root'
output = sys.argv[2] if len(sys.argv) > 2 else 'folds.pymva'

events = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), None, None)
dataset = Pymva.Dataset(analysis_type=Pymva.AnalysisType.REGRESSION, test_fraction=0)
dataset.add_events(events, 1)
dataset.add_variable('var1')
dataset.add_variable('var2')
dataset.add_target('fvalue')

members = []
for fold in range(N_FOLDS):
    dataset.set_cut(None, f'{FOLD} != {fold}')
    forest = Pymva.RandomForest(n_estimators=10, max_depth=10, seed=1)
    forest.train(dataset, None)
    members.append(forest.get_model())

ensemble = Pymva.Model.new_ensemble(members, fold=FOLD, title='Three folds')
ensemble.save(Gio.File.new_for_commandline_arg(output), None)

# Events of no fold, whose FOLD is another number, would be answered by all three together.
answers = ensemble.predict_table(events)
print(f'{ensemble.title}: {answers[0, 0]:.1f} for the first event')
