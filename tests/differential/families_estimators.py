# SPDX-License-Identifier: LGPL-2.1-or-later
"""Linear models, networks, chains and ensembles of scikit-learn."""

import warnings

import numpy as np
from hypothesis import strategies as st

import differential
from events import CLASSIFICATION, MULTICLASS, REGRESSION, SEEDS, events
from library import Pymva, bridge

# The models of these tests are to be trained quickly, not well.
warnings.simplefilter('ignore')


def answer(state, rows):
    """What the estimator itself gives for float64 rows, or what the adapter makes of its scores."""
    rows = np.ascontiguousarray(rows, dtype=np.float64)
    if state.analysis_type == REGRESSION:
        return state.model.predict(rows)
    answers = bridge('sklearn_estimator').probabilities(state, rows)
    return answers[:, 1] if state.analysis_type == CLASSIFICATION else answers


def case(draw, drawn, estimator, parameters, engines, exact=False, takes_missing=False):
    method = Pymva.Sklearn(estimator=estimator, seed=draw(SEEDS))
    if parameters:
        method.estimator_parameters = parameters
    # A model whose answers hang on the last bits of its inputs is not scored natively.
    engines = engines if exact else (*engines, 'python')
    return differential.Case(method, 'sklearn_estimator', drawn, answer, engines=engines,
                             exact=exact, takes_missing=takes_missing, takes_infinite=False,
                             takes_far=False)


# --- linear models ---

LINEAR = {
    REGRESSION: {
        'ARDRegression': {}, 'BayesianRidge': {}, 'ElasticNet': {'l1_ratio': [0.1, 0.9]},
        'HuberRegressor': {}, 'Lasso': {'alpha': [0.01, 1.0]},
        'LinearRegression': {'fit_intercept': [True, False]}, 'LinearSVR': {},
        'OrthogonalMatchingPursuit': {}, 'PLSRegression': {'n_components': [1]},
        'PassiveAggressiveRegressor': {}, 'Ridge': {'alpha': [0.1, 10.0]},
        'RidgeCV': {}, 'SGDRegressor': {'penalty': ['l1', 'l2']},
        'TweedieRegressor': {'power': [0]},
    },
    CLASSIFICATION: {
        'BernoulliNB': {'binarize': [0.0, 0.3]}, 'GaussianNB': {},
        'LinearDiscriminantAnalysis': {'solver': ['svd', 'lsqr']}, 'LinearSVC': {},
        'LogisticRegression': {'C': [0.1, 10.0]}, 'PassiveAggressiveClassifier': {},
        'Perceptron': {}, 'RidgeClassifier': {},
        'SGDClassifier': {'loss': ['hinge', 'log_loss', 'modified_huber', 'perceptron']},
    },
}
LINEAR[MULTICLASS] = LINEAR[CLASSIFICATION]


def draw_parameters(draw, table):
    name = draw(st.sampled_from(sorted(table)))
    return name, {key: draw(st.sampled_from(values)) for key, values in table[name].items()}


@differential.family('linear')
@st.composite
def linear(draw):
    drawn = draw(events(wide=False))
    name, parameters = draw_parameters(draw, LINEAR[drawn.analysis])
    return case(draw, drawn, name, parameters, ('linear',))


# --- networks ---

@differential.family('sklearn-mlp')
@st.composite
def mlp(draw):
    drawn = draw(events(wide=False))
    name = 'MLPRegressor' if drawn.analysis == REGRESSION else 'MLPClassifier'
    scale = draw(st.sampled_from(['', 'StandardScaler, ']))
    prefix = name.lower() + '__' if scale else ''
    sizes = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3))
    return case(draw, drawn, scale + name, {
        prefix + 'hidden_layer_sizes': tuple(sizes), prefix + 'max_iter': 3,
        prefix + 'activation': draw(st.sampled_from(['identity', 'logistic', 'tanh', 'relu']))},
        ('mlp',))


# --- chains ---

# Those that give trees the same bits as in scikit-learn, and others.
EXACT_STEPS = {
    'MaxAbsScaler': {}, 'MinMaxScaler': {'feature_range': [(0, 1), (-1, 3)]}, 'Binarizer': {},
    'RobustScaler': {'with_centering': [True, False]}, 'SelectKBest': {'k': [1]},
    'StandardScaler': {'with_mean': [True, False], 'with_std': [True, False]},
    'VarianceThreshold': {}, 'FeatureUnion(StandardScaler, other=MaxAbsScaler)': {},
    'Normalizer': {'norm': ['max']},
}
STEPS = {
    'FastICA': {'n_components': [1]}, 'IncrementalPCA': {}, 'Normalizer': {'norm': ['l1', 'l2']},
    'PCA': {'n_components': [1], 'whiten': [True, False]}, 'TruncatedSVD': {'n_components': [1]},
    'MinMaxScaler': {'clip': [True]}, 'GaussianRandomProjection': {'n_components': [3]},
}
FINALS = {
    CLASSIFICATION: ['LogisticRegression', 'LinearDiscriminantAnalysis', 'RidgeClassifier'],
    REGRESSION: ['Ridge', 'LinearRegression'],
}
FINALS[MULTICLASS] = FINALS[CLASSIFICATION]
TREES = {CLASSIFICATION: 'DecisionTreeClassifier', MULTICLASS: 'DecisionTreeClassifier',
         REGRESSION: 'DecisionTreeRegressor'}


def step_parameters(text, parameters):
    label = text.partition('(')[0].lower()
    return {f'{label}__{key}': value for key, value in parameters.items()}


@differential.family('pipelines')
@st.composite
def pipelines(draw):
    exact = draw(st.booleans())
    missing = draw(st.booleans())
    drawn = draw(events(wide=False, missing=missing))
    steps = []
    parameters = {}
    if missing:
        steps.append('SimpleImputer')
        parameters['simpleimputer__strategy'] = draw(
            st.sampled_from(['mean', 'median', 'most_frequent', 'constant']))
    table = EXACT_STEPS if exact else {**EXACT_STEPS, **STEPS}
    # The one judges by classes, and the other takes two columns or more.
    left_out = {'SelectKBest'} if drawn.analysis == REGRESSION else set()
    if len(drawn.columns) < 2:
        left_out.add('TruncatedSVD')
    table = {name: values for name, values in table.items() if name not in left_out}
    name, chosen = draw_parameters(draw, table)
    steps.append(name)
    parameters.update(step_parameters(name, chosen))
    steps.append(TREES[drawn.analysis] if exact else draw(st.sampled_from(FINALS[drawn.analysis])))
    return case(draw, drawn, ', '.join(steps), parameters, ('forest',) if exact else ('linear',),
                exact, takes_missing=missing)


# --- ensembles ---

# Of trees, which keep the exactness, and of others.
EXACT_ENSEMBLES = {
    CLASSIFICATION: {
        'VotingClassifier(DecisionTreeClassifier, bag=ExtraTreeClassifier)':
            {'voting': ['soft', 'hard'], 'weights': [[1, 2], [0.3, 0.1]]},
        'VotingClassifier(a=DecisionTreeClassifier, b=ExtraTreeClassifier, '
        'c=DecisionTreeClassifier)': {'voting': ['soft', 'hard']},
        'BaggingClassifier(RandomForestClassifier)':
            {'n_estimators': [3], 'estimator__n_estimators': [3], 'estimator__max_depth': [2]},
        'OneVsRestClassifier(DecisionTreeClassifier)': {'estimator__max_depth': [3]},
        'OneVsRestClassifier(RandomForestClassifier)':
            {'estimator__max_depth': [3], 'estimator__n_estimators': [3]},
        'OneVsOneClassifier(DecisionTreeClassifier)': {'estimator__max_depth': [3]},
        'CalibratedClassifierCV(DecisionTreeClassifier)':
            {'method': ['isotonic'], 'cv': [3], 'estimator__max_depth': [3]},
        'GridSearchCV(DecisionTreeClassifier)': {'param_grid': [{'max_depth': [1, 3]}], 'cv': [2]},
    },
    REGRESSION: {
        'VotingRegressor(DecisionTreeRegressor, bag=ExtraTreeRegressor)':
            {'weights': [[1, 2], [0.3, 0.1]]},
        'BaggingRegressor(RandomForestRegressor)':
            {'n_estimators': [3], 'estimator__n_estimators': [3], 'estimator__max_depth': [2]},
        'MultiOutputRegressor(DecisionTreeRegressor)': {'estimator__max_depth': [3]},
    },
}
ENSEMBLES = {
    CLASSIFICATION: {
        'VotingClassifier(LogisticRegression, tree=DecisionTreeClassifier)': {'voting': ['soft']},
        'BaggingClassifier(LogisticRegression)': {'n_estimators': [3], 'max_features': [0.5, 1.0]},
        'OneVsRestClassifier(LogisticRegression)': {},
        'OneVsRestClassifier(RidgeClassifier)': {},
        'CalibratedClassifierCV(RidgeClassifier)':
            {'method': ['sigmoid', 'isotonic'], 'cv': [2], 'ensemble': [True, False]},
        'CalibratedClassifierCV(GaussianNB)': {'method': ['sigmoid', 'isotonic'], 'cv': [2]},
        'StackingClassifier(DecisionTreeClassifier, other=LogisticRegression)':
            {'passthrough': [True, False], 'cv': [2]},
        'RFE(LogisticRegression)': {},
    },
    REGRESSION: {
        'VotingRegressor(Ridge, tree=DecisionTreeRegressor)': {},
        'BaggingRegressor(Ridge)': {'n_estimators': [3], 'max_features': [0.5, 1.0]},
        'MultiOutputRegressor(BayesianRidge)': {},
        'RegressorChain(Ridge)': {'order': [[1, 0], [0, 1]]},
        'StackingRegressor(DecisionTreeRegressor, other=Ridge)':
            {'passthrough': [True, False], 'cv': [2]},
        'TransformedTargetRegressor(Ridge, transformer=StandardScaler)': {},
        'GridSearchCV(Ridge)': {'param_grid': [{'alpha': [0.1, 10.0]}], 'cv': [2]},
    },
}
for _table in (EXACT_ENSEMBLES, ENSEMBLES):
    _table[MULTICLASS] = _table[CLASSIFICATION]


def draw_ensemble(draw, exact_tables, tables):
    drawn = draw(events(wide=False))
    exact = draw(st.booleans())
    table = (exact_tables if exact else tables)[drawn.analysis]
    if drawn.n_targets < 2:
        table = {name: values for name, values in table.items() if 'Chain' not in name}
    if len(drawn.columns) < 2:
        # It has nothing to choose from, and says so.
        table = {name: values for name, values in table.items() if 'RFE' not in name}
    name, parameters = draw_parameters(draw, table)
    return case(draw, drawn, name, parameters, ('forest',) if exact else ('linear', 'forest'),
                exact)


@differential.family('meta')
@st.composite
def meta(draw):
    return draw_ensemble(draw, EXACT_ENSEMBLES, ENSEMBLES)


# --- boosted trees of others within them ---

XGB = {'n_estimators': [4], 'max_depth': [2, 4], 'n_jobs': [1]}
LGBM = {'n_estimators': [4], 'num_leaves': [4, 15], 'n_jobs': [1], 'min_child_samples': [3]}


def named(label, table):
    return {f'{label}__{key}': values for key, values in table.items()}


EXACT_BOOSTED = {
    CLASSIFICATION: {
        'StandardScaler, xgboost.XGBClassifier': named('xgbclassifier', XGB),
        'MinMaxScaler, lightgbm.LGBMClassifier': named('lgbmclassifier', LGBM),
        'VotingClassifier(a=xgboost.XGBClassifier, b=lightgbm.LGBMClassifier)':
            {'voting': ['soft'], **named('a', XGB), **named('b', LGBM)},
        'BaggingClassifier(xgboost.XGBClassifier)':
            {'n_estimators': [3], 'max_features': [0.5, 1.0], **named('estimator', XGB)},
        'StackingClassifier(a=xgboost.XGBClassifier, final_estimator=DecisionTreeClassifier)':
            {'cv': [2], 'passthrough': [True, False], **named('a', XGB)},
        'OneVsRestClassifier(lightgbm.LGBMClassifier)': named('estimator', LGBM),
    },
    REGRESSION: {
        'RobustScaler, xgboost.XGBRegressor': named('xgbregressor', XGB),
        'MultiOutputRegressor(lightgbm.LGBMRegressor)': named('estimator', LGBM),
        'BaggingRegressor(lightgbm.LGBMRegressor)': {'n_estimators': [3],
                                                     **named('estimator', LGBM)},
    },
}
BOOSTED = {
    CLASSIFICATION: {
        'CalibratedClassifierCV(xgboost.XGBClassifier)':
            {'method': ['sigmoid', 'isotonic'], 'cv': [2], 'ensemble': [True, False],
             **named('estimator', XGB)},
        'StackingClassifier(a=xgboost.XGBClassifier, b=LogisticRegression)':
            {'cv': [2], **named('a', XGB)},
    },
    REGRESSION: {
        'StackingRegressor(a=xgboost.XGBRegressor, b=Ridge)': {'cv': [2], **named('a', XGB)},
    },
}
for _table in (EXACT_BOOSTED, BOOSTED):
    _table[MULTICLASS] = _table[CLASSIFICATION]


@differential.family('boosted-members')
@st.composite
def boosted_members(draw):
    return draw_ensemble(draw, EXACT_BOOSTED, BOOSTED)


if __name__ == '__main__':
    differential.main()
