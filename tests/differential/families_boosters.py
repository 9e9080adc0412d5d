# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boosted trees of XGBoost and LightGBM."""

import numpy as np
import xgboost
from hypothesis import strategies as st

import differential
from events import CLASSIFICATION, MULTICLASS, N_TREES, REGRESSION, SEEDS, events
from library import Pymva

# Objectives whose targets must be positive.
POSITIVE = ('count-poisson', 'reg-gamma', 'reg-tweedie', 'reg-squaredlogerror', 'poisson', 'gamma',
            'tweedie')


# A check inside of LightGBM, which splits with hardly any hessian do not pass.
LIGHTGBM_BREAKDOWNS = ('best_split_info.left_count) > (0)',
                       'best_split_info.right_count) > (0)')


def set_targets(drawn, objective):
    """Targets that an objective takes."""
    if drawn.analysis == REGRESSION:
        drawn.targets = np.abs(drawn.targets) + 1e-3 if objective in POSITIVE else drawn.targets
        if objective == 'reg-logistic':
            drawn.targets = 1 / (1 + np.abs(drawn.targets))


def xgboost_answer(state, rows):
    """XGBoost refuses infinities in a matrix, and in place it takes them."""
    with np.errstate(over='ignore'):
        rows = rows.astype(np.float32)
    answers = state.model.inplace_predict(rows)
    finite = ~np.isinf(rows).any(axis=1)
    answers[finite] = state.model.predict(xgboost.DMatrix(rows[finite]))
    return answers


def lightgbm_answer(state, rows):
    return np.stack([model.predict(rows) for model in state.model], axis=1)


@differential.family('xgboost')
@st.composite
def xgboost_trees(draw):
    drawn = draw(events(missing=True))
    objectives = {
        CLASSIFICATION: ['binary-logistic', 'binary-hinge'], MULTICLASS: ['multi-softprob'],
        REGRESSION: ['reg-squarederror', 'reg-squaredlogerror', 'reg-logistic',
                     'reg-pseudohubererror', 'reg-absoluteerror', 'reg-quantileerror',
                     'count-poisson', 'reg-gamma', 'reg-tweedie']}
    objective = draw(st.sampled_from(objectives[drawn.analysis]))
    if objective in ('reg-quantileerror', 'reg-squaredlogerror'):
        drawn.n_targets, drawn.targets = 1, drawn.targets[:, :1]
    set_targets(drawn, objective)
    dart = draw(st.integers(0, 4)) == 0
    tree_method = draw(st.sampled_from(['hist', 'hist', 'approx', 'exact']))
    vectors = drawn.n_targets > 1 and tree_method == 'hist' and objective == 'reg-squarederror' \
        and draw(st.booleans())
    method = Pymva.XGBoost(
        n_estimators=draw(N_TREES), seed=draw(SEEDS), objective=objective,
        booster='dart' if dart and not vectors else 'gbtree', rate_drop=0.3,
        tree_method=tree_method,
        multi_strategy='multi-output-tree' if vectors else 'one-output-per-tree',
        max_depth=draw(st.sampled_from([1, 2, 3, 6, 12])),
        min_child_weight=draw(st.sampled_from([0.01, 1.0, 50.0])),
        learning_rate=draw(st.sampled_from([0.1, 1 / 3, 1.0])),
        max_bin=draw(st.sampled_from([4, 256])),
        num_parallel_tree=draw(st.sampled_from([1, 1, 3])),
        subsample=draw(st.sampled_from([0.7, 1.0])))
    if not dart and draw(st.booleans()):
        method.set_property('early-stopping', 2)
        method.set_property('n-estimators', 30)
    if not vectors and draw(st.integers(0, 3)) == 0:
        method.set_property('monotone-constraints',
                            ','.join(['1'] + ['0'] * (len(drawn.columns) - 1)))
    return differential.Case(method, 'xgboost_trees', drawn, xgboost_answer,
                             takes_infinite=not dart)


@differential.family('lightgbm')
@st.composite
def lightgbm_trees(draw):
    drawn = draw(events(missing=True))
    objectives = {
        CLASSIFICATION: ['binary', 'cross-entropy'], MULTICLASS: ['multiclass', 'multiclassova'],
        REGRESSION: ['regression', 'regression-l1', 'huber', 'fair', 'poisson', 'quantile', 'mape',
                     'gamma', 'tweedie']}
    objective = draw(st.sampled_from(objectives[drawn.analysis]))
    set_targets(drawn, objective)
    boosting = draw(st.sampled_from(['gbdt', 'gbdt', 'dart', 'goss', 'rf']))
    method = Pymva.LightGBM(
        n_estimators=draw(N_TREES), seed=draw(SEEDS), objective=objective,
        boosting=boosting, num_leaves=draw(st.sampled_from([2, 3, 8, 31, 100])),
        min_data_in_leaf=draw(st.sampled_from([1, 5, 20])), min_data_in_bin=1,
        min_sum_hessian_in_leaf=draw(st.sampled_from([0.0, 1e-3, 5.0])),
        learning_rate=draw(st.sampled_from([0.1, 1 / 3, 1.0])),
        max_bin=draw(st.sampled_from([4, 255])),
        bagging_fraction=0.6 if boosting == 'rf' else 1.0,
        bagging_freq=1 if boosting == 'rf' else 0)
    if boosting in ('gbdt', 'goss') and draw(st.booleans()):
        method.set_property('early-stopping', 2)
        method.set_property('n-estimators', 30)
    return differential.Case(method, 'lightgbm_trees', drawn, lightgbm_answer,
                             breakdowns=LIGHTGBM_BREAKDOWNS)


if __name__ == '__main__':
    differential.main()
