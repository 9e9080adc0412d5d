# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ensembles of what a cross-validation has fitted: the mean of all, and the one that an event was
held out from."""

import os
import types
import warnings

import numpy as np
import torch
from hypothesis import strategies as st
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn import ensemble, linear_model, model_selection, pipeline, preprocessing
from xgboost import XGBClassifier, XGBRegressor

import differential
from events import CLASSIFICATION, MULTICLASS, REGRESSION, Events, events
from library import Pymva

# The models of these tests are to be trained quickly, not well.
warnings.simplefilter('ignore')


class Network:
    """A network of torch, fitted and asked as an estimator is."""

    def __init__(self, analysis, random_state):
        self.analysis = analysis
        self.random_state = random_state
        self.module = None

    def fit(self, inputs, targets):
        torch.manual_seed(self.random_state)
        is_regression = self.analysis == REGRESSION
        n_outputs = targets.shape[1] if is_regression else len(np.unique(targets))
        activation = torch.nn.Identity() if is_regression else torch.nn.Softmax(dim=1)
        self.module = torch.nn.Sequential(torch.nn.Linear(inputs.shape[1], 8), torch.nn.ReLU(),
                                          torch.nn.Linear(8, n_outputs), activation)
        goal = torch.tensor(targets if is_regression else np.eye(n_outputs)[targets]).float()
        optimizer = torch.optim.Adam(self.module.parameters())
        for _ in range(3):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(self.module(torch.tensor(inputs).float()), goal).backward()
            optimizer.step()
        return self

    def predict(self, rows):
        with torch.no_grad():
            return self.module(torch.from_numpy(rows.astype(np.float32))).numpy()

    predict_proba = predict


def linear(analysis, random_state):
    last = linear_model.Ridge() if analysis == REGRESSION else \
        linear_model.LogisticRegression(random_state=random_state)
    return pipeline.make_pipeline(preprocessing.StandardScaler(), last)


def of_trees(classifier, regressor, **parameters):
    def make(analysis, random_state):
        kind = regressor if analysis == REGRESSION else classifier
        return kind(random_state=random_state, **parameters)

    return make


# What makes an estimator, by what it can do: missing values; several targets.
MISSING = {
    'forest': of_trees(ensemble.RandomForestClassifier, ensemble.RandomForestRegressor,
                       n_estimators=4),
    'xgboost': of_trees(XGBClassifier, XGBRegressor, n_estimators=4, max_depth=3, n_jobs=1),
}
MISSING_ONE_TARGET = {
    'histogram': of_trees(ensemble.HistGradientBoostingClassifier,
                          ensemble.HistGradientBoostingRegressor, max_iter=4, max_depth=3),
    'lightgbm': of_trees(LGBMClassifier, LGBMRegressor, n_estimators=4, n_jobs=1, verbose=-1),
}
ONE_TARGET = {
    'boosting': of_trees(ensemble.GradientBoostingClassifier, ensemble.GradientBoostingRegressor,
                         n_estimators=4),
}
NOT_EXACT = {'linear': linear, 'torch': Network}


class Folds:
    """Estimators that are fitted on all folds but one each, in place of a method of the library."""

    def __init__(self, kinds, makers, n_folds, chooses, seed):
        self.kinds = kinds
        self.makers = makers
        self.n_folds = n_folds
        self.chooses = chooses
        self.seed = seed
        self.model = None

    def fit(self, drawn, targets, numbers):
        """The estimators, as from_python() takes them and as they are, and what they answer for the
        events that they were not fitted with."""
        inputs = drawn.inputs.astype(np.float64)
        split = model_selection.PredefinedSplit(numbers)
        method = 'predict' if drawn.analysis == REGRESSION else 'predict_proba'
        if len(self.kinds) == 1 and self.kinds != ['torch']:
            estimator = self.makers[0](drawn.analysis, self.seed)
            found = model_selection.cross_validate(estimator, inputs, targets, cv=split,
                                                   return_estimator=True)
            held_out = model_selection.cross_val_predict(estimator, inputs, targets, cv=split,
                                                         method=method)
            return found, found['estimator'], held_out

        # What scikit-learn does not know; of several kinds one after the other.
        fitted = []
        held_out = {}
        for i, (learnt, rest) in enumerate(split.split()):
            make = self.makers[i % len(self.makers)]
            fitted.append(make(drawn.analysis, self.seed + i).fit(inputs[learnt], targets[learnt]))
            answers = getattr(fitted[-1], method)(inputs[rest])
            # Some answer with a number for each event where there is one target, others with a row.
            held_out.update(zip(rest, answers.reshape(len(rest), -1)))
        return ([getattr(each, 'module', each) for each in fitted], fitted,
                np.array([held_out[i] for i in range(len(inputs))]))

    def train(self, drawn):
        is_regression = drawn.analysis == REGRESSION
        targets = drawn.targets if is_regression else drawn.labels
        # Every fold has events of all classes.
        order = np.argsort(np.argsort(targets[:, 0] if is_regression else targets))
        numbers = order % self.n_folds
        found, fitted, held_out = self.fit(drawn, targets, numbers)
        options = {'variables': [f'x{i}' for i in range(drawn.inputs.shape[1])]}
        if not is_regression:
            # Of two, first the one of the number 1.
            names = [f'class{i}' for i in range(drawn.n_classes)]
            options['classes'] = names[::-1] if len(names) == 2 else names
        if self.chooses:
            options['fold'] = 'number % 10'
        self.model = Pymva.Model.from_python(found, **options)
        if self.chooses:
            self.check_held_out(drawn, numbers, held_out)
            drawn.inputs = np.column_stack([drawn.inputs, numbers.astype(np.float32)])
        return types.SimpleNamespace(analysis=drawn.analysis, fitted=fitted, chooses=self.chooses)

    def check_held_out(self, drawn, numbers, held_out):
        """Each event is answered by the model that has not seen it, as in cross_val_predict()."""
        table = Pymva.Table.from_numpy(
            np.column_stack([drawn.inputs.astype(np.float64), numbers + 40.0]),
            [*self.model.list_variables()[:-1], 'number'])
        found = np.asarray(self.model.predict_table(table))
        expected = columns(drawn.analysis, held_out)
        if NOT_EXACT.keys() & set(self.kinds):
            same = differential.near(found, expected, 1.0)
        else:
            same = differential.same_bits(found, expected.astype(np.float32))
        assert same.all(), 'of events held out: ' + differential.describe_differences(
            drawn.inputs, found, expected, same)

    def get_model(self):
        return self.model

    def save(self, file, cancellable):
        self.model.save(file, cancellable)

    def dup_parameters(self):
        return types.SimpleNamespace(
            unpack=lambda: (self.kinds, self.n_folds, self.chooses, self.seed))


def columns(analysis, answers):
    """Answers as the library has them: of two classes the signal's."""
    return answers[:, 1:] if analysis == CLASSIFICATION else answers.reshape(len(answers), -1)


def answer(state, rows):
    """The mean of all answers; where the last column chooses one of them, that one."""
    inputs = np.ascontiguousarray(rows[:, :-1] if state.chooses else rows, dtype=np.float64)
    answers = [columns(state.analysis, member.predict(inputs) if state.analysis == REGRESSION
                       else member.predict_proba(inputs)) for member in state.fitted]
    found = np.mean(answers, axis=0, dtype=np.float64)
    if state.chooses:
        with np.errstate(over='ignore'):
            numbers = rows[:, -1].astype(np.float32)
        # Rounded, halves up, as TMVA does it; nothing but denormal numbers is 0 from below.
        rounded = np.floor(numbers.astype(np.float64) + 0.5)
        rounded[numbers <= -np.finfo(np.float32).tiny] = -1.0
        for i, each in enumerate(answers):
            found[rounded == i] = each[rounded == i]
    return found


@differential.family('cross-validation')
@st.composite
def cross_validation(draw):
    exact = draw(st.sampled_from([True, True, False]))
    missing = exact and draw(st.booleans())
    drawn = draw(events(missing=missing, wide=exact))
    makers = dict(MISSING if exact else NOT_EXACT)
    if exact and drawn.n_targets < 2:
        makers.update(MISSING_ONE_TARGET)
        makers.update({} if missing else ONE_TARGET)
    kinds = draw(st.lists(st.sampled_from(sorted(makers)), min_size=1,
                          max_size=draw(st.sampled_from([1, 1, 2])), unique=True))
    # numpy.mean() adds up to seven numbers in their order.
    method = Folds(kinds, [makers[kind] for kind in kinds], draw(st.integers(2, 7)),
                   draw(st.booleans()), draw(st.integers(0, 1000)))
    return differential.Case(method, None, drawn, answer, engines=('forest', 'mlp', 'linear'),
                             exact=exact, takes_missing=missing, takes_infinite=False,
                             takes_far=exact)


def check_every_kind():
    """Whether events are answered by what has not seen them, which train() compares."""
    for kinds in (MISSING, MISSING_ONE_TARGET, ONE_TARGET, NOT_EXACT):
        for kind, make in kinds.items():
            for analysis, n_classes in ((CLASSIFICATION, 2), (MULTICLASS, 3), (REGRESSION, 0)):
                drawn = Events(analysis, 60, ['normal', 'tenths'], n_classes, 1, 0.0, 1)
                Folds([kind], [make], 3, True, 1).train(drawn)


if __name__ == '__main__':
    check_every_kind()
    # Each model is several.
    os.environ.setdefault('PYMVA_DIFFERENTIAL_MODELS', '20')
    differential.main()
