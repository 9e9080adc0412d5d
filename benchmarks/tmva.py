# SPDX-License-Identifier: LGPL-2.1-or-later

"""Measures an imported BDT of TMVA, of 200 trees and MaxDepth=3, with one event per call. TMVA
itself is not there to run beside it: what it needs is a figure that was measured once."""

import pathlib
import tempfile

import numpy as np
from gi.repository import Gio

import scoring_models
import scoring_peers

N_TREES = 200
DEPTH = 3
# Of TMVA::Reader for one tree and one event.
TMVA_NANOSECONDS = 33


def write_node(random, cuts, depth, position):
    """A node and those below it: any cut of any variable, whichever way round."""
    if depth == DEPTH:
        return (f'<Node pos="{position}" NCoef="0" IVar="-1" Cut="0" cType="1" '
                f'purity="{random.uniform()}" nType="{random.choice((-1, 1))}"/>\n')
    variable = random.integers(len(cuts))
    children = ''.join(write_node(random, cuts, depth + 1, side) for side in 'lr')
    return (f'<Node pos="{position}" NCoef="0" IVar="{variable}" '
            f'Cut="{random.choice(cuts[variable])}" cType="{random.integers(2)}" purity="0.5" '
            f'nType="0">\n{children}</Node>\n')


def write_weights(path, inputs):
    random = np.random.default_rng(1)
    cuts = np.quantile(inputs, np.linspace(0.05, 0.95, 20), axis=0).astype(np.float32).T
    variables = ''.join(f'<Variable VarIndex="{i}" Expression="x{i}" Label="x{i}"/>\n'
                        for i in range(inputs.shape[1]))
    trees = ''.join(f'<BinaryTree type="DecisionTree" boostWeight="{random.uniform()}" itree="{i}">'
                    f'\n{write_node(random, cuts, 0, "s")}</BinaryTree>\n' for i in range(N_TREES))
    path.write_text(
        '<MethodSetup Method="BDT::BDT"><GeneralInfo>\n'
        '<Info name="TMVA Release" value="4.2.1 [262657]"/>\n'
        '<Info name="AnalysisType" value="Classification"/></GeneralInfo>\n'
        '<Options><Option name="BoostType">AdaBoost</Option></Options>\n'
        f'<Variables NVar="{inputs.shape[1]}">\n{variables}</Variables>\n'
        '<Classes NClass="2"><Class Name="Signal" Index="0"/><Class Name="Background" Index="1"/>\n'
        '</Classes><Transformations NTransformations="0"/>\n'
        f'<Weights NTrees="{N_TREES}" AnalysisType="0">\n{trees}</Weights></MethodSetup>\n',
        encoding='utf-8')


def import_weights(source, target):
    model = scoring_models.Pymva.Model.import_(Gio.File.new_for_path(str(source)), None, None)
    model.save(Gio.File.new_for_path(str(target)), None)


def measure(build, results, quick):
    events = scoring_models.higgs()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_weights(folder / 'weights.xml', events.inputs)
        import_weights(folder / 'weights.xml', folder / 'bdt.pymva')
        model = scoring_models.Model('tmva-bdt', events, None, None, 'forest', True,
                                     {'library': folder / 'bdt.pymva'})
        events.rows.tofile(folder / 'rows')
        peers = scoring_peers.native_peers(build, model, folder / 'rows')
        rates = scoring_peers.rates(peers, 1, 3 if quick else 7, 0.02 if quick else 0.2)
        for peer in peers:
            peer.close()

    tmva = TMVA_NANOSECONDS * N_TREES
    results.add('tmva-bdt/one event, TMVA::Reader (measured elsewhere)', tmva, 'ns')
    for kernel, rate in rates.items():
        results.add(f'tmva-bdt/one event, {kernel}', 1e9 / rate, 'ns')
    # The last one is the kernel that runs by itself.
    results.add(f'tmva-bdt/one event, {kernel} : TMVA::Reader', tmva * rate / 1e9, 'ratio',
                at_least=8)
