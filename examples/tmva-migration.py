#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

# A PyMVA analysis, line by line: tmva-migration.py [DATA [MODEL]] books, trains and tests a method
# on ROOT's example, as TMVA's tutorials do, and applies it as TMVA's Reader does. Above each step
# stands what it was in PyROOT.

import sys

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva  # noqa: E402

path = sys.argv[1] if len(sys.argv) > 1 else 'examples/data/tmva_class_example.root'
model_file = Gio.File.new_for_commandline_arg(
    sys.argv[2] if len(sys.argv) > 2 else 'PyRandomForest.pymva')


def read_tree(tree):
    options = GLib.Variant('a{sv}', {'tree': GLib.Variant('s', tree)})
    return Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(path), options, None)


# signal, background = file.Get('TreeS'), file.Get('TreeB')
signal = read_tree('TreeS')
background = read_tree('TreeB')

# loader = TMVA.DataLoader('dataset')
# loader.AddVariable('myvar1 := var1+var2')
# loader.AddVariable('myvar2 := var1-var2', 'Expression 2', '')
# loader.AddVariable('var3', 'Variable 3', 'units')
# loader.AddVariable('var4', 'Variable 4', 'units')
# loader.AddSpectator('spec1 := var1*2', 'Spectator 1', 'units')
dataset = Pymva.Dataset(analysis_type=Pymva.AnalysisType.CLASSIFICATION)
dataset.add_variable('myvar1 := var1+var2')
dataset.add_variable_full('myvar2 := var1-var2', 'Expression 2', '')
dataset.add_variable_full('var3', 'Variable 3', 'units')
dataset.add_variable_full('var4', 'Variable 4', 'units')
dataset.add_spectator('spec1 := var1*2')

# loader.AddSignalTree(signal, 1.0)
# loader.AddBackgroundTree(background, 1.0)
# loader.SetBackgroundWeightExpression('weight')
dataset.add_class('Signal', signal, 1.0)
dataset.add_class('Background', background, 1.0)
dataset.set_weight_expression('Background', 'weight')

# loader.PrepareTrainingAndTestTree(TCut('abs(var1)<5'), 'nTrain_Signal=2000:…')
dataset.set_cut(None, 'abs(var1) < 5')
dataset.set_options('nTrain_Signal=2000:nTrain_Background=2000:'
                    'SplitMode=Random:SplitSeed=100:NormMode=NumEvents:!V')

# factory = TMVA.Factory('job', output, '!V:AnalysisType=Classification')
# factory.BookMethod(loader, TMVA.Types.kPyRandomForest, 'PyRandomForest',
#                    '!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs')
factory = Pymva.Factory.new('job', dataset)
method = Pymva.Method.create_for_name('PyRandomForest', None)
method.set_options('!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs')
factory.book(method)

# factory.TrainAllMethods()
# factory.TestAllMethods()
# factory.EvaluateAllMethods()
factory.train_all(None)
factory.test_all(None)
factory.evaluate_all(None)

# factory.GetROCIntegral(loader, 'PyRandomForest')
evaluation = factory.get_evaluation('PyRandomForest', Pymva.Part.TEST)
print(f'ROC integral {evaluation.get_auc():.2f}')

# TMVA wrote dataset/weights/job_PyRandomForest.weights.xml, and PyMVA a pickle beside it.
method.save(model_file, None)

# reader = TMVA.Reader()
# reader.AddVariable('myvar1 := var1+var2', var1) … reader.AddSpectator(…)
# reader.BookMVA('PyRandomForest', 'dataset/weights/job_PyRandomForest.weights.xml')
model = Pymva.Model.load(model_file, None)

# var1[0] = 2.0 …
# reader.EvaluateMVA('PyRandomForest')
response, = model.predict_event([2.0, 0.1, 1.2, 1.9])
print(f'response {response:.2f}')

# reader.GetProba('PyRandomForest', 0.1); reader.GetRarity('PyRandomForest')
probability = model.get_signal_probability(response, 0.1)
rarity = model.get_rarity(response)
print(f'P(signal) {probability:.2f}, rarity {rarity:.2f}')

# for event in signal:
#     reader.EvaluateMVA('PyRandomForest')
responses = model.predict_table(read_tree('TreeS'))
print(f'{len(responses)} events of the tree')
