# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models of every family, exported as ONNX and asked by ONNX Runtime; and what converters write of
the same, imported. Both on the rows of two data sets, and on numbers that are hard.

PYMVA_ONNX_ROWS says how many rows of each; 0 is all of them."""

import os
import re
import struct
import tempfile
import unittest
import warnings
import zipfile
import zlib

import gi
import lightgbm
import numpy as np
import onnxruntime
import torch
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn import ensemble, linear_model, neural_network
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

os.environ['KERAS_BACKEND'] = 'torch'
gi.require_version('Pymva', '1.0')

import keras  # noqa: E402
from gi.repository import Gio, Pymva  # noqa: E402

N_ROWS = int(os.environ.get('PYMVA_ONNX_ROWS', '300')) or None
DATA = os.environ['PYMVA_DATA_DIR']


def read_data():
    higgs = np.loadtxt(os.path.join(DATA, 'higgs.train'), dtype=np.float32, max_rows=N_ROWS)
    classes = np.loadtxt(os.path.join(DATA, 'multiclass_example.csv'), dtype=np.float32,
                         delimiter=',', skiprows=1, max_rows=N_ROWS, usecols=(1, 2, 3, 4))
    yield 'higgs', higgs[:, 1:9], higgs[:, 0] > 0.5, higgs[:, 9]
    yield 'classes', classes[:, 1:], classes[:, 0] > 0.5, classes[:, 0]


def make_hard(rows):
    random = np.random.default_rng(1)
    rows = rows[:200].copy()
    hard = np.array([0, -0.0, np.nan, np.inf, -np.inf, 1e-40, 1e30], np.float32)
    places = random.random(rows.shape) < 0.1
    rows[places] = random.choice(hard, places.sum())
    return rows


def make_estimators():
    few = {'n_estimators': 5, 'random_state': 1}
    yield DecisionTreeClassifier(max_depth=4), 0
    yield ensemble.RandomForestClassifier(max_depth=5, **few), 0
    yield ensemble.ExtraTreesRegressor(max_depth=5, **few), 1
    yield ensemble.GradientBoostingClassifier(**few), 0
    yield ensemble.GradientBoostingRegressor(**few), 1
    yield ensemble.HistGradientBoostingClassifier(max_iter=5), 0
    yield ensemble.AdaBoostClassifier(**few), 0
    yield ensemble.AdaBoostRegressor(**few), 1
    yield ensemble.VotingRegressor([('a', linear_model.LinearRegression())]), 1
    yield ensemble.StackingClassifier([('a', DecisionTreeClassifier(max_depth=3))], cv=2), 0
    yield xgboost.XGBClassifier(n_estimators=5, max_depth=4), 0
    yield xgboost.XGBRegressor(n_estimators=5, max_depth=4, objective='count:poisson'), 2
    yield lightgbm.LGBMClassifier(n_estimators=5, verbose=-1), 0
    yield lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, zero_as_missing=True), 0
    yield lightgbm.LGBMRegressor(n_estimators=5, verbose=-1), 1
    yield linear_model.LogisticRegression(), 0
    yield linear_model.Ridge(), 1
    yield LinearDiscriminantAnalysis(), 0
    yield neural_network.MLPClassifier((6,), max_iter=5, random_state=1), 0
    yield make_pipeline(StandardScaler(), linear_model.LogisticRegression()), 0
    yield make_pipeline(SimpleImputer(), MinMaxScaler(),
                        ensemble.RandomForestClassifier(max_depth=4, **few)), 0
    yield make_pipeline(QuantileTransformer(n_quantiles=30), linear_model.Ridge()), 1


def write_link(model, function, path):
    """The model with one stage, a function: as long as it was, as the archive does not move."""
    model.save(Gio.File.new_for_path(path), None)
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read('manifest.json')
    stage = b'"stages" : [{"kind": "link", "function": "%s"}]' % function.encode()
    changed = re.sub(rb'"stages" : \[.*?\n  \]', lambda found: stage.ljust(len(found[0])), manifest,
                     flags=re.DOTALL)
    with open(path, 'rb') as file:
        content = file.read().replace(manifest, changed)
    sums = [struct.pack('<I', zlib.crc32(text)) for text in (manifest, changed)]
    with open(path, 'wb') as file:
        file.write(content.replace(*sums))


def make_networks(n_inputs):
    torch.manual_seed(1)
    nn = torch.nn
    yield nn.Sequential(nn.Linear(n_inputs, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
    yield nn.Sequential(nn.BatchNorm1d(n_inputs), nn.Linear(n_inputs, 8), nn.SiLU(), nn.ELU(),
                        nn.Softplus(), nn.Linear(8, 3), nn.Softmax(1))


def make_keras_network(n_inputs):
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential([layers.Input((n_inputs,)), layers.Dense(8, activation='relu'),
                             layers.Dense(4, activation='tanh'), layers.Dense(1, 'sigmoid')])


def ask_runtime(content, rows, output=None):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options)
    found = session.run(None if output is None else [output],
                        {session.get_inputs()[0].name: rows})[-1]
    if isinstance(found, list):
        found = [list(row.values()) for row in found]
    found = np.asarray(found).reshape(len(rows), -1)
    return found[:, 1:] if found.shape[1] == 2 else found


def ask_library(model, rows):
    return np.asarray(model.predict(Pymva.Tensor.from_numpy(np.ascontiguousarray(rows))))


class Families(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter('ignore')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'model.onnx')

    def compare(self, found, expected):
        self.assertEqual(found.shape, expected.shape)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
        size = np.maximum(1, np.abs(expected))
        with np.errstate(invalid='ignore'):
            worst = np.nanmax(np.where(found == expected, 0, np.abs(found - expected) / size))
        self.assertLessEqual(worst, 1e-5)

    def compare_exported(self, model, rows, is_finite):
        model.export(Gio.File.new_for_path(self.path), None, None, None)
        with open(self.path, 'rb') as file:
            content = file.read()
        for some in (rows,) if is_finite else (rows, make_hard(rows)):
            self.compare(ask_runtime(content, some, 'outputs'), ask_library(model, some))

    def compare_imported(self, content, rows, is_finite):
        with open(self.path, 'wb') as file:
            file.write(content)
        model = Pymva.Model.import_(Gio.File.new_for_path(self.path), None, None)
        for some in (rows,) if is_finite else (rows, make_hard(rows)):
            self.compare(ask_library(model, some), ask_runtime(content, some))

    def test_exported(self):
        for name, rows, labels, target in read_data():
            for estimator, kind in make_estimators():
                with self.subTest(data=name, estimator=type(estimator).__name__, kind=kind):
                    estimator.fit(rows, (labels, target, np.abs(target))[kind])
                    model = Pymva.Model.from_python(estimator)
                    self.compare_exported(model, rows, False)
            for network in make_networks(rows.shape[1]):
                with self.subTest(data=name, network=network):
                    self.compare_exported(Pymva.Model.from_python(network.eval()), rows, True)
            network = make_keras_network(rows.shape[1])
            self.compare_exported(Pymva.Model.from_python(network), rows, True)

    def test_ensembles(self):
        _, rows, labels, _ = next(read_data())
        labels = labels.astype(int)
        estimators = (ensemble.RandomForestClassifier(5, max_depth=4, random_state=1),
                      linear_model.LogisticRegression(),
                      xgboost.XGBClassifier(n_estimators=5, max_depth=4))
        models = [Pymva.Model.from_python(estimator.fit(rows[k::2], labels[k::2]))
                  for k, estimator in zip((0, 1, 0), estimators, strict=True)]
        folds = np.array([-1, 0, 1, 2, 3, 0.5, np.nan, -0.0, 1 - 1e-7, np.inf], np.float32)
        wider = np.column_stack([rows, np.resize(folds, len(rows))])
        mean = Pymva.Model.new_ensemble(models)
        choice = Pymva.Model.new_ensemble(models, fold='event % 3')
        self.compare_exported(mean, rows, False)
        self.compare_exported(choice, wider, False)

    def test_links(self):
        one = np.float32(1)
        rows = np.array([-np.inf, -2, -1, -0.0, 0, 1e-40, 1e-8, 0.25, np.nextafter(one, 0), 1,
                         np.nextafter(one, 2), 2, np.inf, np.nan], np.float32).reshape(-1, 1)
        # What is imported from a file has no golden rows, which would tell that it was changed.
        steps = np.linspace(0, 1, 100).reshape(-1, 1)
        path = self.path + '.txt'
        lightgbm.LGBMRegressor(n_estimators=1, verbose=-1).fit(
            steps, steps[:, 0]).booster_.save_model(path)
        tree = Pymva.Model.import_(Gio.File.new_for_path(path), None, None)
        path = self.path + '.pymva'
        for function in ('gaussian', 'hinge', 'log', 'logistic', 'logit', 'relu', 'sigmoid',
                         'signed-square', 'square', 'tanh', 'tie-break'):
            with self.subTest(function=function):
                write_link(tree, function, path)
                model = Pymva.Model.load(Gio.File.new_for_path(path), None)
                self.compare_exported(model, rows, True)

    def convert(self, estimator, rows):
        kinds = [('x', FloatTensorType([None, rows.shape[1]]))]
        if isinstance(estimator, xgboost.XGBModel):
            return convert_xgboost(estimator, initial_types=kinds).SerializeToString()
        if isinstance(estimator, lightgbm.LGBMModel):
            return convert_lightgbm(estimator, initial_types=kinds).SerializeToString()
        return to_onnx(estimator, rows[:1]).SerializeToString()

    def test_imported(self):
        for name, rows, labels, target in read_data():
            # What its converter writes as operators of arrays is refused.
            for estimator, kind in make_estimators():
                if isinstance(estimator, (ensemble.AdaBoostClassifier, ensemble.AdaBoostRegressor,
                                          ensemble.HistGradientBoostingClassifier,
                                          ensemble.VotingRegressor)) or kind == 2:
                    continue
                if 'QuantileTransformer' in repr(estimator) or 'zero_as_missing' in repr(estimator):
                    continue
                with self.subTest(data=name, estimator=type(estimator).__name__, kind=kind):
                    estimator.fit(rows, (labels.astype(int), target)[kind])
                    self.compare_imported(self.convert(estimator, rows), rows, False)
            for network in make_networks(rows.shape[1]):
                with self.subTest(data=name, network=network):
                    torch.onnx.export(network.eval(), (torch.zeros(2, rows.shape[1]),), self.path,
                                      dynamo=True, external_data=False, verbose=False,
                                      dynamic_shapes=({0: torch.export.Dim('rows')},))
                    with open(self.path, 'rb') as file:
                        self.compare_imported(file.read(), rows, True)
            network = make_keras_network(rows.shape[1])
            network.predict(rows, verbose=0)
            network.export(self.path, format='onnx', verbose=False)
            with open(self.path, 'rb') as file:
                self.compare_imported(file.read(), rows, True)


if __name__ == '__main__':
    unittest.main()
