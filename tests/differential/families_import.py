# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models that XGBoost and LightGBM have trained and saved by themselves, and that the library
imports: with what the library's own methods do not train."""

import os
import tempfile
import types

import lightgbm
import numpy as np
import xgboost
from hypothesis import strategies as st

import differential
from events import CLASSIFICATION, MULTICLASS, REGRESSION, SEEDS, events
from families_boosters import LIGHTGBM_BREAKDOWNS
from library import Gio, GLib, Pymva

# Objectives that learn from numbers of both signs.
ANY_NUMBERS = ('reg:squarederror', 'reg:absoluteerror', 'reg:pseudohubererror', 'regression',
               'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'none')


class Foreign:
    """What a framework trains and saves, in place of a method of the library."""

    def __init__(self, parameters, train, suffix, options=None):
        self.parameters = parameters
        self.train_framework = train
        self.suffix = suffix
        self.options = options or {}
        self.model = None

    def train(self, drawn):
        state = self.train_framework(drawn, self.parameters)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'model' + self.suffix)
            state.save_model(path)
            self.model = Pymva.Model.import_(
                Gio.File.new_for_path(path), GLib.Variant('a{sv}', self.options), None)
        return state

    def get_model(self):
        return self.model

    def save(self, file, cancellable):
        self.model.save(file, cancellable)

    def dup_parameters(self):
        return types.SimpleNamespace(unpack=lambda: (self.parameters, self.suffix, self.options))


def add_categories(draw, drawn):
    """Makes some columns categories; gives their numbers."""
    chosen = sorted(draw(st.sets(st.integers(0, len(drawn.columns) - 1), max_size=3)))
    random = np.random.default_rng(drawn.seed)
    for column in chosen:
        known = ~np.isnan(drawn.inputs[:, column])
        n_categories = draw(st.sampled_from([2, 5, 40, 100]))
        ranks = np.argsort(np.argsort(drawn.inputs[:, column])) * 7 % n_categories
        drawn.inputs[known, column] = np.where(
            random.uniform(size=len(ranks)) < 0.3, random.integers(0, n_categories, len(ranks)),
            ranks)[known]
    return chosen


def labels_of(drawn, objective):
    """Answers that an objective learns from."""
    if drawn.analysis != REGRESSION:
        return drawn.labels
    targets = drawn.targets[:, 0] / np.abs(drawn.targets[:, 0]).max()
    if objective in ('reg:logistic', 'cross_entropy', 'cross_entropy_lambda'):
        return 0.5 + targets / 2.1
    if objective in ('lambdarank', 'rank_xendcg') or objective.startswith('rank:'):
        return np.floor(2.0 + 1.9 * targets).astype(int)
    # Most of the others want numbers above 0, and “reg:squaredlogerror” above -1.
    return targets if objective in ANY_NUMBERS else np.abs(targets) + 0.01


def train_xgboost(drawn, parameters):
    parameters = dict(parameters)
    categories = parameters.pop('categories')
    objective = parameters['objective']
    labels = labels_of(drawn, objective)
    kinds = ['c' if i in categories else 'float' for i in range(drawn.inputs.shape[1])]
    matrix = xgboost.DMatrix(drawn.inputs, feature_types=kinds, enable_categorical=True)
    if objective == 'survival:aft':
        matrix.set_float_info('label_lower_bound', labels)
        matrix.set_float_info('label_upper_bound', labels * 2)
    else:
        matrix.set_label(labels)
    if objective.startswith('rank:'):
        matrix.set_group([len(labels) // 2, len(labels) - len(labels) // 2])
    n_rounds = parameters.pop('n_rounds')
    stops = parameters.pop('stops')
    return xgboost.train(parameters, matrix, n_rounds, evals=[(matrix, 'itself')] if stops else (),
                         early_stopping_rounds=1 if stops else None, verbose_eval=False)


def xgboost_answer(case):
    parameters = case.parameters

    def answer(booster, rows):
        with np.errstate(over='ignore'):
            rows = rows.astype(np.float32)
        n_rounds = booster.best_iteration + 1 if parameters['stops'] else 0
        if 'rounds' in case.options:
            n_rounds = case.options['rounds'].get_int64()
        return booster.predict(
            xgboost.DMatrix(rows, feature_types=booster.feature_types),
            iteration_range=(0, n_rounds), output_margin=parameters['objective'] == 'multi:softmax')

    return answer


@differential.family('xgboost-import')
@st.composite
def xgboost_import(draw):
    drawn = draw(events(missing=True, max_targets=1))
    objectives = {
        CLASSIFICATION: ['binary:logistic', 'binary:logitraw', 'binary:hinge'],
        MULTICLASS: ['multi:softprob', 'multi:softmax'],
        REGRESSION: ['reg:squarederror', 'reg:logistic', 'reg:absoluteerror', 'count:poisson',
                     'reg:gamma', 'reg:tweedie', 'survival:cox', 'survival:aft', 'rank:pairwise',
                     'rank:ndcg', 'reg:pseudohubererror', 'reg:squaredlogerror']}
    objective = draw(st.sampled_from(objectives[drawn.analysis]))
    parameters = {
        'objective': objective, 'seed': draw(SEEDS), 'nthread': 1, 'verbosity': 0,
        'booster': draw(st.sampled_from(['gbtree', 'gbtree', 'dart'])), 'rate_drop': 0.3,
        'max_depth': draw(st.sampled_from([1, 3, 8])), 'eta': draw(st.sampled_from([0.1, 1 / 3])),
        'max_cat_to_onehot': draw(st.sampled_from([1, 10])), 'min_child_weight': 0.1,
        'num_parallel_tree': draw(st.sampled_from([1, 1, 2])), 'tree_method': 'hist',
        'categories': add_categories(draw, drawn), 'n_rounds': draw(st.integers(1, 10))}
    parameters['stops'] = parameters['booster'] == 'gbtree' and draw(st.booleans())
    if drawn.analysis == MULTICLASS:
        parameters['num_class'] = drawn.n_classes
    if draw(st.booleans()):
        parameters['base_score'] = draw(st.sampled_from([0.1, 0.5, 0.3333]))
    options = {}
    if not parameters['stops'] and draw(st.booleans()):
        options['rounds'] = GLib.Variant('x', draw(st.integers(1, parameters['n_rounds'])))
    method = Foreign(parameters, train_xgboost, draw(st.sampled_from(['.json', '.ubj'])), options)
    return differential.Case(method, None, drawn, xgboost_answer(method), takes_infinite=False)


def own_objective(predicted, data):
    """Minimises the squared error."""
    return predicted - data.get_label(), np.ones_like(predicted)


def train_lightgbm(drawn, parameters):
    parameters = dict(parameters)
    objective = parameters['objective']
    data = lightgbm.Dataset(drawn.inputs.astype(float), labels_of(drawn, objective),
                            categorical_feature=parameters.pop('categories'))
    if objective == 'none':
        parameters['objective'] = own_objective
    if objective in ('lambdarank', 'rank_xendcg'):
        data.set_group([drawn.n_rows // 2, drawn.n_rows - drawn.n_rows // 2])
    return lightgbm.train(parameters, data, parameters.pop('n_rounds'))


@differential.family('lightgbm-import')
@st.composite
def lightgbm_import(draw):
    drawn = draw(events(missing=True, max_targets=1))
    objectives = {
        CLASSIFICATION: ['binary', 'cross_entropy'], MULTICLASS: ['multiclass', 'multiclassova'],
        REGRESSION: ['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape', 'poisson',
                     'cross_entropy_lambda', 'lambdarank', 'rank_xendcg', 'none']}
    objective = draw(st.sampled_from(objectives[drawn.analysis]))
    boosting = draw(st.sampled_from(['gbdt', 'gbdt', 'dart', 'rf']))
    if boosting == 'rf' and objective == 'none':
        boosting = 'gbdt'
    parameters = {
        'objective': objective, 'seed': draw(SEEDS), 'num_threads': 1, 'verbosity': -1,
        'boosting': boosting, 'bagging_freq': int(boosting == 'rf'),
        'bagging_fraction': 0.6 if boosting == 'rf' else 1.0,
        'num_leaves': draw(st.sampled_from([2, 8, 31])), 'min_data_in_leaf': 3,
        'min_data_in_bin': 1, 'min_data_per_group': 1, 'cat_smooth': 0.1, 'cat_l2': 0.1,
        'max_cat_to_onehot': draw(st.sampled_from([1, 4])),
        'zero_as_missing': draw(st.booleans()), 'use_missing': draw(st.booleans()),
        'reg_sqrt': objective in ('regression', 'regression_l1', 'huber', 'fair', 'quantile',
                                  'mape') and draw(st.booleans()),
        'sigmoid': draw(st.sampled_from([1.0, 0.7])),
        'categories': add_categories(draw, drawn), 'n_rounds': draw(st.integers(1, 10))}
    if drawn.analysis == MULTICLASS:
        parameters['num_class'] = drawn.n_classes
    method = Foreign(parameters, train_lightgbm, '.txt')
    return differential.Case(method, None, drawn, lambda booster, rows: booster.predict(rows),
                             breakdowns=LIGHTGBM_BREAKDOWNS)


if __name__ == '__main__':
    differential.main()
