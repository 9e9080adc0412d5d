# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the samples ../../fuzz/corpus/onnx/NAME, and here NAME.csv: events, and what ONNX Runtime
answers for each of them.

  python3 tests/interop/onnx/make-onnx.py
"""

import os
import warnings

import lightgbm
import numpy as np
import onnx
import onnxruntime
import torch
import xgboost
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (GradientBoostingClassifier, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, '..', '..', 'fuzz', 'corpus', 'onnx')
MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']

random = np.random.default_rng(1)
EVENTS = random.normal(size=(200, 3)).astype(np.float32)
TWO = (EVENTS[:, 0] + EVENTS[:, 1] * EVENTS[:, 2] > 0).astype(int)
THREE = np.digitize(EVENTS[:, 0], [-0.5, 0.5])
TARGET = EVENTS[:, 0] * 2 + EVENTS[:, 1] ** 2


def make_trees(mode, missing, is_double=False):
    """A tree with a split of each side, thresholds that events hit, and NaN led either way."""
    thresholds = [1, 0, 2, 0, 0, 0, 0]
    attributes = {
        'nodes_treeids': [0] * 7,
        'nodes_nodeids': [0, 2, 1, 3, 4, 5, 6],
        'nodes_featureids': [0, 1, 2, 0, 0, 0, 0],
        'nodes_modes': [mode] * 3 + ['LEAF'] * 4,
        'nodes_truenodeids': [2, 3, 5, 0, 0, 0, 0],
        'nodes_falsenodeids': [1, 4, 6, 0, 0, 0, 0],
        'nodes_missing_value_tracks_true': [missing, 1 - missing, missing, 0, 0, 0, 0],
        'target_treeids': [0] * 4,
        'target_nodeids': [3, 4, 5, 6],
        'target_ids': [0] * 4,
        'n_targets': 1,
    }
    weights = [0.1, 0.2, 0.3, 0.4]
    if is_double:
        for name, values in (('nodes_values', thresholds), ('target_weights', weights)):
            attributes[name + '_as_tensor'] = numpy_helper.from_array(np.array(values, float), name)
    else:
        attributes.update(nodes_values=[float(x) for x in thresholds], target_weights=weights,
                          base_values=[0.5])
    node = helper.make_node('TreeEnsembleRegressor', ['x'], ['y'], domain='ai.onnx.ml',
                            **attributes)
    kind = TensorProto.DOUBLE if is_double else TensorProto.FLOAT
    graph = helper.make_graph(
        [node], 'trees', [helper.make_tensor_value_info('x', kind, [None, 3])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, [None, 1])])
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid('', 14), helper.make_opsetid('ai.onnx.ml', 3)])


def make_graph(nodes, kind, initializers=()):
    """From x, of three columns, to y."""
    graph = helper.make_graph(
        nodes, 'graph', [helper.make_tensor_value_info('x', kind, [None, 3])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, [None, None])], initializers)
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid('', 14), helper.make_opsetid('ai.onnx.ml', 3)])


def make_integers():
    """Whole numbers, whose columns are chosen, and which are cast before they are divided."""
    return make_graph(
        [helper.make_node('Gather', ['x', 'columns'], ['chosen'], axis=1),
         helper.make_node('Cast', ['chosen'], ['wide'], to=TensorProto.DOUBLE),
         helper.make_node('Div', ['wide', 'two'], ['quotients']),
         helper.make_node('Cast', ['quotients'], ['y'], to=TensorProto.FLOAT)], TensorProto.INT64,
        [numpy_helper.from_array(np.array([2, 0, 1]), 'columns'),
         numpy_helper.from_array(np.array([2.0]), 'two')])


def make_torch(network):
    path = os.path.join(HERE, 'network.onnx')
    network.eval()
    torch.onnx.export(network, (torch.zeros(2, 3),), path, input_names=['x'], dynamo=True,
                      external_data=False, verbose=False,
                      dynamic_shapes=({0: torch.export.Dim('rows')},))
    model = onnx.load(path)
    os.remove(path)
    # What exporters write down for people.
    for node in model.graph.node:
        node.ClearField('metadata_props')
        node.ClearField('doc_string')
    for value in [*model.graph.value_info, *model.graph.output, *model.graph.input]:
        value.ClearField('metadata_props')
    return model


def make_models():
    torch.manual_seed(1)
    float3 = [('x', FloatTensorType([None, 3]))]

    def skl(estimator, labels):
        return to_onnx(estimator.fit(EVENTS, labels), EVENTS[:1])

    for mode in MODES:
        yield 'trees-' + mode[7:].lower(), make_trees(mode, MODES.index(mode) % 2)
    yield 'trees-double', make_trees('BRANCH_LT', 1, is_double=True)
    yield 'integers', make_integers()
    yield 'forest', skl(RandomForestClassifier(3, max_depth=3, random_state=1), TWO)
    yield 'forest-classes', skl(RandomForestClassifier(3, max_depth=3, random_state=1), THREE)
    yield 'forest-values', skl(RandomForestRegressor(3, max_depth=3, random_state=1), TARGET)
    yield 'boosting', skl(GradientBoostingClassifier(n_estimators=3, random_state=1), TWO)
    yield 'xgboost', convert_xgboost(
        xgboost.XGBClassifier(n_estimators=3, max_depth=2).fit(EVENTS, TWO), initial_types=float3)
    yield 'xgboost-classes', convert_xgboost(
        xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(EVENTS, THREE), initial_types=float3)
    yield 'lightgbm', convert_lightgbm(
        lightgbm.LGBMClassifier(n_estimators=3, max_depth=2, verbose=-1).fit(EVENTS, TWO),
        initial_types=float3)
    yield 'logistic', skl(make_pipeline(StandardScaler(), LogisticRegression()), TWO)
    yield 'logistic-classes', skl(make_pipeline(Normalizer('l2'), LogisticRegression()), THREE)
    yield 'linear', skl(LinearRegression(), TARGET)
    yield 'imputer', skl(make_pipeline(SimpleImputer(), MinMaxScaler(),
                                       RandomForestClassifier(2, max_depth=3, random_state=1)), TWO)
    yield 'columns', skl(make_pipeline(
        ColumnTransformer([('scaled', StandardScaler(), [0, 1]), ('rest', 'passthrough', [2])]),
        LogisticRegression()), TWO)
    yield 'network-classes', skl(MLPClassifier((4,), activation='tanh', max_iter=5, random_state=1),
                                 THREE)
    yield 'network', make_torch(torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1), torch.nn.Sigmoid()))
    yield 'network-layers', make_torch(torch.nn.Sequential(
        torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 4, bias=False), torch.nn.SiLU(),
        torch.nn.ELU(0.5), torch.nn.LeakyReLU(0.2), torch.nn.Hardtanh(-0.5, 2), torch.nn.Softsign(),
        torch.nn.Tanhshrink(), torch.nn.GELU(), torch.nn.Hardsigmoid(), torch.nn.LogSigmoid(),
        torch.nn.Softplus(),
        torch.nn.Linear(4, 3), torch.nn.Softmax(1)))


def make_broken():
    """What must be refused: weights in another file, quotients of whole numbers, texts without
    bytes, columns that double with each node, and graphs in graphs in graphs."""
    table = TensorProto(name='w', data_type=TensorProto.FLOAT, dims=[3, 1],
                        data_location=TensorProto.EXTERNAL)
    table.external_data.add(key='location', value='weights.bin')
    graph = helper.make_graph(
        [helper.make_node('MatMul', ['x', 'w'], ['y'])], 'external',
        [helper.make_tensor_value_info('x', TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, [None, 1])], [table])
    yield 'external-data', helper.make_model(graph)

    yield 'integers-divided', make_graph(
        [helper.make_node('Gather', ['x', 'columns'], ['chosen'], axis=1),
         helper.make_node('Div', ['chosen', 'columns'], ['y'])], TensorProto.INT64,
        [numpy_helper.from_array(np.array([2, 1]), 'columns')])

    norm = helper.make_node('Normalizer', ['x'], ['y'], domain='ai.onnx.ml')
    norm.attribute.add(name='norm')
    yield 'text-absent', make_graph([norm], TensorProto.FLOAT)
    labels = helper.make_node('LinearClassifier', ['x'], ['label', 'y'], domain='ai.onnx.ml',
                              classlabels_strings=['', 'b'], coefficients=[1.0, 2, 3, 4, 5, 6],
                              intercepts=[0.0, 0.0])
    yield 'label-empty', make_graph([labels], TensorProto.FLOAT)
    names = ['x', *(f'y{i}' for i in range(29)), 'y']
    yield 'columns-doubled', make_graph(
        [helper.make_node('Concat', [before, before], [after], axis=1)
         for before, after in zip(names, names[1:])], TensorProto.FLOAT)

    for _ in range(12):
        graph = helper.make_graph([helper.make_node('If', ['x'], ['y'], then_branch=graph)], 'deep',
                                  [], [])
    yield 'nested', helper.make_model(graph)


def make_events(name):
    """Thresholds and what is no number, too, where the model is of trees."""
    rows = EVENTS[:20].copy()
    if name.startswith(('trees', 'forest', 'xgboost', 'lightgbm', 'boosting', 'imputer')):
        hard = [0, -0.0, 1, 2, np.nextafter(np.float32(1), np.float32(0)), 1.5, -1, 1e-40, np.nan,
                np.inf, -np.inf]
        rows[:, :] = random.choice(np.array(hard, np.float32), rows.shape)
    return np.trunc(rows * 10) if name == 'integers' else rows


def answer(model, rows):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    name = session.get_inputs()[0].name
    if 'double' in session.get_inputs()[0].type:
        rows = rows.astype(np.float64)
    if 'int64' in session.get_inputs()[0].type:
        rows = rows.astype(np.int64)
    found = session.run(None, {name: rows})[-1]
    if isinstance(found, list):
        found = [list(row.values()) for row in found]
    found = np.asarray(found).reshape(len(rows), -1)
    return found[:, 1:] if found.shape[1] == 2 else found


def main():
    warnings.filterwarnings('ignore')
    for name, model in make_broken():
        with open(os.path.join(SAMPLES, name), 'wb') as file:
            file.write(model.SerializeToString(deterministic=True))
    for name, model in make_models():
        rows = make_events(name)
        answers = answer(model, rows)
        with open(os.path.join(SAMPLES, name), 'wb') as file:
            file.write(model.SerializeToString(deterministic=True))
        header = [f'f{i}' for i in range(rows.shape[1])]
        header += [f'y{i}' for i in range(answers.shape[1])]
        np.savetxt(os.path.join(HERE, name + '.csv'), np.hstack([rows, answers]), delimiter=',',
                   header=','.join(header), comments='', fmt='%.9g')


if __name__ == '__main__':
    main()
