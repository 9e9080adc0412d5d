# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ensembles of scikit-learn: forests, gradient boosting and AdaBoost."""

import numpy as np
from hypothesis import strategies as st

import differential
from events import CLASSIFICATION, MULTICLASS, N_TREES, REGRESSION, SEEDS, events
from library import GLib, Pymva


def answer(state, rows):
    """scikit-learn's own answer."""
    if state.analysis_type == REGRESSION:
        # One model for each target, or one for all of them.
        models = getattr(state.model, 'models', [state.model])
        return np.concatenate([model.predict(rows).reshape(len(rows), -1) for model in models],
                              axis=1)
    answers = state.model.predict_proba(rows)
    return answers[:, 1] if state.analysis_type == CLASSIFICATION else answers


def mean_of_trees(forest, rows):
    """A forest's own sum, asking its trees directly: predict() refuses what is infinite."""
    with np.errstate(over='ignore'):
        rows = rows.astype(np.float32)
    total = 0.0
    for estimator in forest.estimators_:
        total = total + estimator.tree_.predict(rows)
    total = total / len(forest.estimators_)
    return total[:, :, 0] if total.ndim == 3 else total


def forest_answer(state, rows):
    """The forest's answer; where it refuses, that of its trees."""
    with np.errstate(over='ignore'):
        finite = ~np.isinf(rows.astype(np.float32)).any(axis=1)
    answers = mean_of_trees(state.model, rows)
    if state.analysis_type == CLASSIFICATION:
        answers = answers[:, 1:]
    answers[finite] = answer(state, rows[finite]).reshape(finite.sum(), -1)
    return answers


def tree_limits(draw, method):
    """Trees of all forms: deep, shallow, lopsided, and of a single leaf."""
    method.set_property('max-depth', draw(st.sampled_from([0, 1, 2, 3, 6, 8, 12])))
    method.set_property('min-samples-leaf', draw(st.sampled_from([1, 1, 5, 200])))
    if draw(st.booleans()):
        method.set_property('max-leaf-nodes', draw(st.integers(2, 40)))


def draw_forest(draw, extra_trees):
    method = Pymva.RandomForest(n_estimators=draw(N_TREES), extra_trees=extra_trees,
                                seed=draw(SEEDS), bootstrap=draw(st.booleans()))
    tree_limits(draw, method)
    return differential.Case(method, 'sklearn_forest', draw(events(missing=True)), forest_answer)


@differential.family('random-forest')
@st.composite
def random_forest(draw):
    return draw_forest(draw, False)


@differential.family('extra-trees')
@st.composite
def extra_trees(draw):
    return draw_forest(draw, True)


@differential.family('gradient-boosting')
@st.composite
def gradient_boosting(draw):
    drawn = draw(events())
    losses = {CLASSIFICATION: ['log-loss', 'exponential'], MULTICLASS: ['log-loss'],
              REGRESSION: ['squared-error', 'absolute-error', 'huber', 'quantile']}
    method = Pymva.GradientBoosting(
        n_estimators=draw(N_TREES), seed=draw(SEEDS),
        loss=draw(st.sampled_from(losses[drawn.analysis])),
        init=draw(st.sampled_from(['auto', 'zero'])),
        learning_rate=draw(st.sampled_from([0.1, 1 / 3, 1.0])),
        subsample=draw(st.sampled_from([0.7, 1.0])))
    tree_limits(draw, method)
    return differential.Case(method, 'sklearn_boosting', drawn, answer, takes_missing=False,
                             takes_infinite=False)


@differential.family('histogram')
@st.composite
def histogram(draw):
    drawn = draw(events(missing=True))
    losses = {CLASSIFICATION: ['log-loss'], MULTICLASS: ['log-loss'],
              REGRESSION: ['squared-error', 'absolute-error', 'quantile', 'poisson', 'gamma']}
    method = Pymva.GradientBoosting(
        histogram=True, n_estimators=draw(st.integers(1, 12)), seed=draw(SEEDS),
        loss=draw(st.sampled_from(losses[drawn.analysis])),
        max_bins=draw(st.sampled_from([2, 5, 30, 255])),
        early_stopping=draw(st.sampled_from(['auto', 'on'])), n_iter_no_change=2,
        learning_rate=draw(st.sampled_from([0.1, 1 / 3, 1.0])))
    if method.get_property('loss') in ('poisson', 'gamma'):
        # Of what is counted or lasts.
        drawn.targets = 0.1 + np.abs(drawn.targets)
    tree_limits(draw, method)
    return differential.Case(method, 'sklearn_boosting', drawn, answer)


@differential.family('ada-boost')
@st.composite
def ada_boost(draw):
    drawn = draw(events())
    method = Pymva.AdaBoost(
        n_estimators=draw(N_TREES), seed=draw(SEEDS),
        learning_rate=draw(st.sampled_from([0.1, 1 / 3, 1.0])),
        max_depth=draw(st.integers(1, 5)))
    if drawn.analysis == REGRESSION:
        method.set_property('loss', draw(st.sampled_from(['linear', 'square', 'exponential'])))
    return differential.Case(method, 'sklearn_ada_boost', drawn, answer, takes_missing=False,
                             takes_infinite=False)


def draw_estimator(draw, name, drawn, parameters, inner='', **takes):
    """A case of an estimator by its name, and that of the one it holds, with the endings that suit
    the analysis."""
    ending = 'Regressor' if drawn.analysis == REGRESSION else 'Classifier'
    text = f'{name}{ending}({inner}{ending})' if inner else name + ending
    method = Pymva.Sklearn(estimator=text, seed=draw(SEEDS), n_threads=draw(st.integers(1, 2)))
    method.set_property('estimator-parameters', GLib.Variant('a{sv}', parameters))
    return differential.Case(method, 'sklearn_estimator', drawn, answer, **takes)


def draw_limits(draw):
    """Limits of trees, as scikit-learn's own parameters."""
    parameters = {'max_depth': GLib.Variant('x', draw(st.integers(1, 9))),
                  'min_samples_leaf': GLib.Variant('x', draw(st.sampled_from([1, 5, 200])))}
    return {name: value for name, value in parameters.items() if draw(st.booleans())}


@differential.family('single-tree')
@st.composite
def single_tree(draw):
    name = draw(st.sampled_from(['DecisionTree', 'ExtraTree']))
    drawn = draw(events(missing=True, max_targets=3))
    return draw_estimator(draw, name, drawn, draw_limits(draw), takes_infinite=False)


@differential.family('bagging')
@st.composite
def bagging(draw):
    """Trees that see some of the events, of the classes and of the variables."""
    parameters = {f'estimator__{name}': value for name, value in draw_limits(draw).items()}
    parameters.update({
        'n_estimators': GLib.Variant('x', draw(st.integers(1, 12))),
        'max_samples': GLib.Variant('d', draw(st.sampled_from([0.05, 0.5, 1.0]))),
        'max_features': GLib.Variant('d', draw(st.sampled_from([0.3, 0.7, 1.0]))),
        'bootstrap': GLib.Variant('b', draw(st.booleans())),
        'bootstrap_features': GLib.Variant('b', draw(st.booleans()))})
    inner = draw(st.sampled_from(['DecisionTree', 'ExtraTree']))
    return draw_estimator(draw, 'Bagging', draw(events(missing=True)), parameters, inner,
                          takes_infinite=False)


@differential.family('histogram-categories')
@st.composite
def histogram_categories(draw):
    drawn = draw(events(missing=True))
    few = [number for number, kind in enumerate(drawn.columns)
           if kind in ('whole', 'tenths', 'zeros', 'constant', 'crowded')]
    parameters = {
        'categorical_features': GLib.Variant('ax', [each for each in few if draw(st.booleans())]),
        'max_iter': GLib.Variant('x', draw(st.integers(1, 12))),
        **draw_limits(draw)}
    return draw_estimator(draw, 'HistGradientBoosting', drawn, parameters, takes_infinite=False)


if __name__ == '__main__':
    differential.main()
