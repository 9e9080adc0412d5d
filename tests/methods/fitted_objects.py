# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fitted models of all frameworks, and what they answer on all rows of two data sets: for the tests
in C, Python and JavaScript, which make models of them. Each is fitted on some of the rows."""

import collections
import os
import warnings

import numpy as np

# An object, rows of float32, its own answers in the order of the library's outputs, whether those
# are given to the last bit, and the options that it needs.
Fitted = collections.namedtuple("Fitted", "name object inputs answers exact options")
# Of the rows of a data set, those that are learnt from.
LEARNT = slice(0, None, 12)

warnings.simplefilter("ignore")


def data_sets():
    """(name, inputs, labels that are texts, numbers to predict)"""
    folder = os.environ["PYMVA_DATA_DIR"]
    lines = np.loadtxt(os.path.join(folder, "multiclass_example.csv"), dtype=str, delimiter=",",
                       skiprows=1)
    yield "multiclass", lines[:, 1:].astype("f4"), lines[:, 0]
    table = np.loadtxt(os.path.join(folder, "higgs.test"), dtype="f4")
    yield "higgs", table[:, 1:], np.where(table[:, 0] == 1.0, "signal", "background")


def columns(answers, first_is_other=True):
    """Answers as the library has them: of two probabilities the second."""
    answers = np.asarray(answers)
    answers = answers.reshape(len(answers), -1)
    if first_is_other and answers.shape[1] == 2:
        answers = answers[:, 1:]
    return np.ascontiguousarray(answers, dtype=np.float32)


def estimators():
    """Estimators of scikit-learn, which are asked with float64 numbers."""
    import pandas
    from sklearn import base, calibration, compose, ensemble, linear_model, model_selection
    from sklearn import multiclass, neural_network, pipeline, preprocessing

    forest = ensemble.RandomForestClassifier(4, max_depth=6, random_state=1)
    scaled = pipeline.make_pipeline(preprocessing.StandardScaler(),
                                    linear_model.LogisticRegression())
    classifiers = [
        ("forest", forest, True),
        ("histogram", ensemble.HistGradientBoostingClassifier(max_iter=4, random_state=1), True),
        ("pipeline", scaled, False),
        ("network", neural_network.MLPClassifier((8,), max_iter=5, random_state=1), False),
        ("search", model_selection.RandomizedSearchCV(forest, {"max_depth": [3, 5]}, n_iter=1, cv=2,
                                                      random_state=1), True),
        ("calibrated", calibration.CalibratedClassifierCV(forest, cv=2), False),
        ("calibrated-once", calibration.CalibratedClassifierCV(forest, cv=2, ensemble=False,
                                                               method="isotonic"), False),
        ("votes", ensemble.VotingClassifier([("a", forest), ("b", scaled)], voting="soft"), False),
        ("rest", multiclass.OneVsRestClassifier(forest), True),
        ("stack", ensemble.StackingClassifier([("a", forest), ("b", scaled)], cv=2,
                                              passthrough=True), False),
    ]
    regressors = [
        ("targets", ensemble.ExtraTreesRegressor(4, max_depth=6, random_state=1), True),
        ("ridge", linear_model.Ridge(), False),
    ]
    for name, inputs, labels in data_sets():
        wide = inputs.astype(np.float64)
        for kind, model, exact in classifiers:
            model = base.clone(model).fit(wide[LEARNT], labels[LEARNT])
            yield Fitted(f"{name} {kind}", model, inputs, columns(model.predict_proba(wide)), exact,
                         {})
        for kind, model, exact in regressors:
            model = base.clone(model).fit(wide[LEARNT], wide[LEARNT, :2])
            yield Fitted(f"{name} {kind}", model, inputs, columns(model.predict(wide), False),
                         exact, {})
        # Columns by name, in another order, and class numbers that do not count from 0.
        frame = pandas.DataFrame(wide, columns=[f"x {i}" for i in range(wide.shape[1])])
        numbers = np.unique(labels, return_inverse=True)[1] * 3 - 4
        model = pipeline.make_pipeline(
            compose.ColumnTransformer([("scaled", preprocessing.StandardScaler(), ["x 2", "x 0"])],
                                      remainder="passthrough"), base.clone(forest))
        model.fit(frame[LEARNT], numbers[LEARNT])
        yield Fitted(f"{name} frame", model, inputs, columns(model.predict_proba(frame)), True, {})


def boosters():
    """Boosted trees, as estimators, boosters and within what scikit-learn makes of them."""
    import lightgbm
    import xgboost
    from sklearn import calibration, ensemble, pipeline, preprocessing

    for name, inputs, labels in data_sets():
        wide = inputs.astype(np.float64)
        numbers = np.unique(labels, return_inverse=True)[1]
        known, other = (inputs[LEARNT], numbers[LEARNT]), (inputs[1::12], numbers[1::12])
        of_xgboost = xgboost.XGBClassifier(n_estimators=8, max_depth=4, n_jobs=1)
        of_lightgbm = lightgbm.LGBMClassifier(n_estimators=8, num_leaves=15, n_jobs=1, verbose=-1)

        model = xgboost.XGBClassifier(n_estimators=40, max_depth=6, learning_rate=1.0, n_jobs=1,
                                      early_stopping_rounds=2)
        model.fit(*known, eval_set=[other], verbose=False)
        yield Fitted(f"{name} xgboost", model, inputs, columns(model.predict_proba(inputs)), True,
                     {})
        booster = xgboost.train({"max_depth": 4, "nthread": 1},
                                xgboost.DMatrix(known[0], known[0][:, 0]), 5)
        yield Fitted(f"{name} xgboost-booster", booster, inputs,
                     columns(booster.predict(xgboost.DMatrix(inputs), iteration_range=(0, 3))),
                     True, {"rounds": 3})
        model = of_lightgbm.fit(known[0], labels[LEARNT])
        yield Fitted(f"{name} lightgbm", model, inputs, columns(model.predict_proba(wide)), True,
                     {})
        yield Fitted(f"{name} lightgbm-booster", model.booster_, inputs,
                     columns(model.booster_.predict(wide)), True, {})
        scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), of_xgboost)
        for kind, model, exact in (
                ("scaled", scaled, True),
                ("votes", ensemble.VotingClassifier([("a", of_xgboost), ("b", of_lightgbm)],
                                                    voting="soft"), True),
                ("calibrated", calibration.CalibratedClassifierCV(of_xgboost, cv=2), False),
                ("stack", ensemble.StackingClassifier([("a", of_xgboost), ("b", of_lightgbm)],
                                                      cv=2), False)):
            model.fit(wide[LEARNT], known[1])
            yield Fitted(f"{name} {kind}", model, inputs, columns(model.predict_proba(wide)), exact,
                         {})


def torch_networks():
    """Networks of torch that have not learnt, and that are left in the middle of their training."""
    import torch
    from torch import nn
    from torch.nn import functional

    class Chain(nn.Module):
        """A chain by what its forward() does."""

        def __init__(self, n_inputs, n_outputs):
            super().__init__()
            self.norm = nn.BatchNorm1d(n_inputs)
            self.body = nn.Sequential(nn.Linear(n_inputs, 8), nn.GELU(), nn.Dropout(0.5))
            self.last = nn.Linear(8, n_outputs)

        def forward(self, x):
            x = functional.leaky_relu(self.body(self.norm(x)), 0.2)
            x = functional.dropout(x, 0.5, training=self.training)
            return torch.softmax(self.last(x), dim=1)

    with torch.random.fork_rng():
        torch.manual_seed(1)
        for name, inputs, _ in data_sets():
            n_inputs = inputs.shape[1]
            rows = torch.from_numpy(inputs)
            with torch.no_grad():
                module = nn.Sequential(nn.Linear(n_inputs, 8), nn.ReLU(), nn.Linear(8, 1))
                yield Fitted(f"{name} regression", module, inputs, columns(module(rows)), False, {})
                yield Fitted(f"{name} logits", module, inputs, columns(torch.sigmoid(module(rows))),
                             False, {"classes": ["signal", "background"]})
                yield Fitted(f"{name} score", module, inputs, columns(module(rows)), False,
                             {"analysis": "classification", "response": "score"})
                module = Chain(n_inputs, 3)
                module(rows[LEARNT])
                yield Fitted(f"{name} chain", module, inputs, columns(module.eval()(rows), False),
                             False, {"variables": [f"v{i}" for i in range(n_inputs)]})
                module = nn.Sequential(Chain(n_inputs, 2)).eval()
                answers = columns(module(rows))
                yield Fitted(f"{name} two", module.train(), inputs, answers, False, {})


def keras_networks():
    """Networks of Keras, which has been imported as users do."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    keras.utils.set_random_seed(1)
    for name, inputs, _ in data_sets():
        first = keras.Input((inputs.shape[1],))
        scale = keras.layers.Normalization()
        scale.adapt(inputs[LEARNT])
        last = keras.layers.Dense(3, activation="softmax")
        model = keras.Model(first, last(keras.layers.Dense(8, activation="elu")(scale(first))))
        yield Fitted(f"{name} functional", model, inputs,
                     columns(model.predict_on_batch(inputs), False), False, {})
        model = keras.Sequential([keras.Input((inputs.shape[1],)),
                                  keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
        yield Fitted(f"{name} sequential", model, inputs, columns(model.predict_on_batch(inputs)),
                     False, {"targets": ["energy"]})


def folds():
    """What cross_validate() gives, rows of float32, the number of the fold of each, the mean of all
    probabilities, and those of the estimator that was not fitted with the row."""
    from sklearn import ensemble, model_selection

    rows = np.random.default_rng(1).normal(size=(90, 2)).astype("f4")
    wide = rows.astype(np.float64)
    labels = np.where(rows[:, 0] > rows[:, 1], "yes", "no")
    numbers = np.arange(len(rows)) % 3
    split = model_selection.PredefinedSplit(numbers)
    forest = ensemble.RandomForestClassifier(4, random_state=1)
    found = model_selection.cross_validate(forest, wide, labels, cv=split, return_estimator=True)
    mean = np.mean([member.predict_proba(wide) for member in found["estimator"]], axis=0)
    held_out = model_selection.cross_val_predict(forest, wide, labels, cv=split,
                                                 method="predict_proba")
    return found, rows, numbers.astype("f4"), columns(mean), columns(held_out)


def unusable():
    """(object, code of the error, words of its message)"""
    import torch
    from sklearn import cluster, linear_model, svm

    class Loop(torch.nn.Linear):
        def forward(self, x):
            return super().forward(x) + x

    rows = np.random.default_rng(1).normal(size=(20, 2))
    labels = (rows[:, 0] > 0.0).astype(int)
    yield None, "type", "None"
    yield svm.SVC, "type", "the class “SVC”"
    yield {}, "type", "“dict”"
    yield {"fit_time": [1.0]}, "type", "return_estimator=True"
    yield linear_model.Ridge(), "not-trained", "fit()"
    yield cluster.KMeans(2, n_init=1).fit(rows), "type", "groups events"
    yield svm.SVC().fit(rows, labels), "unsupported", "kernel rbf"
    yield linear_model.Ridge(), "not-trained", "not fitted"
    yield (torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.GLU()), "unsupported", "GLU")
    yield torch.nn.GRU(2, 2), "unsupported", "GRU"
    yield Loop(2, 2), "unsupported", "Loop"
    yield torch.nn.ReLU(), "value", "“variables”"


def unusable_boosters():
    import lightgbm
    import xgboost

    rows = np.random.default_rng(1).normal(size=(20, 2))
    labels = (rows[:, 0] > 0.0).astype(int)
    yield xgboost.XGBClassifier(), "not-trained", "fit()"
    yield xgboost.Booster(), "not-trained", "no trees"
    yield lightgbm.LGBMRegressor(), "not-trained", "fit()"
    yield (xgboost.XGBClassifier(n_estimators=2, missing=-1.0).fit(rows, labels), "unsupported",
           "-1.0")
    yield (xgboost.XGBRegressor(n_estimators=2, booster="gblinear").fit(rows, labels),
           "unsupported", "gblinear")


def support_vectors():
    """What has no native form, and its answers."""
    from sklearn import svm

    rows = np.random.default_rng(1).normal(size=(40, 2)).astype("f4")
    model = svm.SVC().fit(rows, np.where(rows[:, 0] > 0.0, "yes", "no"))
    scores = model.decision_function(rows.astype(np.float64))
    return Fitted("SVC", model, rows, columns(1.0 / (1.0 + np.exp(-scores))), True,
                  {"python": True})


def line():
    """y = 2 x + 1, exactly, which has learnt from no names."""
    from sklearn import linear_model

    return linear_model.LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
