# SPDX-License-Identifier: LGPL-2.1-or-later

"""The models that scoring is measured with: each trained once, by the library, and written in the
form of each of its peers."""

import dataclasses
import hashlib
import pathlib
import typing

import gi

gi.require_version('Pymva', '1.0')

import numpy as np  # noqa: E402
from gi.repository import Gio, Pymva  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parent.parent / 'examples' / 'data'
N_ROWS = 100000


@dataclasses.dataclass
class Events:
    """What a model is trained with, and the rows that it is asked."""

    inputs: np.ndarray
    labels: np.ndarray
    rows: np.ndarray


@dataclasses.dataclass
class Model:
    """A trained model, and the files that hold it, by the name of the peer that reads them."""

    name: str
    events: Events
    # The framework's own object, and what it answers for rows, in the library's order.
    trained: object
    answer: typing.Callable
    engine: str
    exact: bool
    files: dict
    n_outputs: int = 1
    # How many columns a peer gives, where it is not as many.
    n_columns: dict = dataclasses.field(default_factory=dict)


def higgs():
    """28 variables, two classes; the rows of the training again and again."""
    table = np.loadtxt(DATA / 'higgs.train', dtype=np.float32)
    inputs = np.ascontiguousarray(table[:, 1:])
    rows = np.ascontiguousarray(np.tile(inputs, (N_ROWS // len(inputs) + 1, 1))[:N_ROWS])
    return Events(inputs, (table[:, 0] == 0).astype(int), rows)


def with_missing_values(events, share=0.1):
    random = np.random.default_rng(1)

    def omit(values):
        values = values.copy()
        values[random.uniform(size=values.shape) < share] = np.nan
        return values

    return Events(omit(events.inputs), events.labels, omit(events.rows))


def with_products(events, n_features=100):
    """More variables: products of two of them."""
    pairs = np.random.default_rng(2).integers(0, events.inputs.shape[1], (n_features, 2))

    def extend(values):
        n_before = values.shape[1]
        more = values[:, pairs[n_before:, 0]] * values[:, pairs[n_before:, 1]]
        return np.ascontiguousarray(np.concatenate([values, more], axis=1))

    return Events(extend(events.inputs), events.labels, extend(events.rows))


def with_classes(events, n_classes=5):
    """Classes of equal size, by the last variable, which is then noisy."""
    order = np.argsort(np.argsort(events.inputs[:, -1], kind='stable'), kind='stable')
    inputs = events.inputs.copy()
    inputs[:, -1] += np.random.default_rng(3).normal(size=len(inputs)) * inputs[:, -1].std()
    return Events(inputs, order * n_classes // len(order), events.rows)


def dataset_of(events):
    n_classes = events.labels.max() + 1
    kind = Pymva.AnalysisType.CLASSIFICATION if n_classes == 2 else Pymva.AnalysisType.MULTICLASS
    dataset = Pymva.Dataset(analysis_type=kind, test_fraction=0.0,
                            missing_values=Pymva.MissingValues.PASS)
    names = [f'x{i}' for i in range(events.inputs.shape[1])]
    for name in names:
        dataset.add_variable(name)
    for number in range(n_classes):
        rows = np.ascontiguousarray(events.inputs[events.labels == number])
        dataset.add_class(f'class{number}', Pymva.Table.from_numpy(rows, names), 1.0)
    return dataset


def train(method, adapter_name, events):
    """Trains a method; gives what its adapter keeps, the framework's own objects."""
    module = Pymva.Interpreter.get_default().import_module(f'pymva_bridge.{adapter_name}')
    adapter = module.to_python()
    fit = adapter.fit
    states = []
    adapter.fit = lambda *args: states.append(fit(*args)) or states[-1]
    try:
        method.train(dataset_of(events), None)
    finally:
        adapter.fit = fit
    return adapter, states[0]


class Maker:
    """Trains the models, and writes what their peers read into a folder."""

    def __init__(self, folder, compiled_folder, with_peers=True):
        self.folder = folder
        self.compiled_folder = compiled_folder
        self.with_peers = with_peers

    def make(self, name, method, adapter_name, events, write_peers=None, exact=True):
        adapter, state = train(method, adapter_name, events)
        n_outputs = len(np.unique(events.labels))
        n_outputs = 1 if n_outputs == 2 else n_outputs
        trained = getattr(state, 'model', None) or state.module
        model = Model(name, events, trained[0] if isinstance(trained, list) else trained,
                      lambda rows: adapter.predict(state, rows),
                      method.get_model().get_engine(), exact, {}, n_outputs)
        method.save(Gio.File.new_for_path(self.path(model, 'library', 'pymva')), None)
        if self.with_peers and write_peers is not None:
            write_peers(model)
        return model

    def xgboost(self, name, events, **options):
        options = {'learning_rate': 0.1, 'tree_method': 'hist', 'seed': 1, **options}
        return self.make(name, Pymva.XGBoost(**options), 'xgboost_trees', events,
                         self.write_xgboost)

    def lightgbm(self, name, events, **options):
        method = Pymva.LightGBM(learning_rate=0.1, seed=1, **options)
        return self.make(name, method, 'lightgbm_trees', events, self.write_lightgbm)

    def forest(self, name, events, **options):
        method = Pymva.RandomForest(seed=1, n_threads=2, **options)
        return self.make(name, method, 'sklearn_forest', events, self.write_sklearn)

    def histogram(self, name, events, **options):
        method = Pymva.GradientBoosting(histogram=True, seed=1, early_stopping='off', **options)
        return self.make(name, method, 'sklearn_boosting', events, self.write_histogram)

    def network(self, name, events):
        method = Pymva.Torch(hidden_layers='64,64', epochs=5, batch_size=32, standardise=False,
                             seed=1)
        return self.make(name, method, 'torch_network', events, self.write_torch, exact=False)

    def path(self, model, peer, ending):
        model.files[peer] = self.folder / f'{model.name}.{ending}'
        return str(model.files[peer])

    def write_xgboost(self, model):
        import onnxmltools
        import treelite

        path = self.path(model, 'xgboost', 'ubj')
        model.trained.save_model(path)
        model.files['xgboost-matrix'] = model.files['xgboost']
        self.write_booster_onnx(model, onnxmltools.convert_xgboost)
        self.compile(model, treelite.frontend.load_xgboost_model(path))

    def write_lightgbm(self, model):
        import onnxmltools
        import treelite

        path = self.path(model, 'lightgbm', 'txt')
        model.trained.save_model(path)
        self.write_booster_onnx(model, onnxmltools.convert_lightgbm, zipmap=False)
        self.compile(model, treelite.frontend.load_lightgbm_model(path))

    def write_sklearn(self, model):
        import skl2onnx
        import treelite

        types = [('X', skl2onnx.common.data_types.FloatTensorType(
            [None, model.events.inputs.shape[1]]))]
        self.save_onnx(model, skl2onnx.convert_sklearn(model.trained, initial_types=types,
                                                       options={'zipmap': False}))
        self.compile(model, treelite.sklearn.import_model(model.trained))

    def write_histogram(self, model):
        """Without ONNX: skl2onnx 1.20 fails at its missing values."""
        import treelite

        self.compile(model, treelite.sklearn.import_model(model.trained))

    def write_booster_onnx(self, model, convert, **options):
        from onnxmltools.convert.common.data_types import FloatTensorType

        types = [('X', FloatTensorType([None, model.events.inputs.shape[1]]))]
        self.save_onnx(model, convert(model.trained, initial_types=types, **options))

    def save_onnx(self, model, converted):
        import onnx

        onnx.save(converted, self.path(model, 'onnx', 'onnx'))
        model.n_columns['onnx'] = max(model.n_outputs, 2)

    def write_torch(self, model):
        """The chain of layers, which ends in a logit, and the logistic function."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        nodes, tables, value = [], [], 'X'
        for number, layer in enumerate(model.trained):
            output = f'value{number}'
            if hasattr(layer, 'weight'):
                for part in ('weight', 'bias'):
                    array = getattr(layer, part).detach().numpy()
                    tables.append(numpy_helper.from_array(array, f'{part}{number}'))
                nodes.append(helper.make_node(
                    'Gemm', [value, f'weight{number}', f'bias{number}'], [output], transB=1))
            else:
                nodes.append(helper.make_node('Relu', [value], [output]))
            value = output
        nodes.append(helper.make_node('Sigmoid', [value], ['probabilities']))
        shape = [None, model.events.inputs.shape[1]]
        graph = helper.make_graph(
            nodes, model.name, [helper.make_tensor_value_info('X', TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info('probabilities', TensorProto.FLOAT, [None, 1])], tables)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)],
                                    ir_version=9), self.path(model, 'onnx', 'onnx'))

    def compile(self, model, compiled):
        """TL2cgen's C code as a shared library. Compiling takes minutes, so it is kept."""
        import tl2cgen

        digest = hashlib.sha256(compiled.serialize_bytes()).hexdigest()[:16]
        path = self.compiled_folder / f'{model.name}-{digest}.so'
        if not path.exists():
            tl2cgen.export_lib(compiled, toolchain='gcc', libpath=str(path), nthread=2,
                               params={'parallel_comp': 16}, options=['-O3'])
        model.files['tl2cgen'] = path
        model.n_columns['tl2cgen'] = tl2cgen.Predictor(str(path)).num_class[0]
