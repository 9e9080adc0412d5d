# SPDX-License-Identifier: LGPL-2.1-or-later
"""AdaBoost of scikit-learn, with decision trees."""

# First, so that it is named where all is missing.
from sklearn import ensemble, tree
import numpy as np

from . import common, sklearn_common, sklearn_native, sklearn_versions


def tree_of(config, make, depth):
    """What is boosted; depth is scikit-learn's default."""
    max_depth = config.get("max_depth", -1)
    return make(max_depth=depth if max_depth < 0 else max_depth or None)


def new_model(config, analysis_type, boosted):
    """The ensemble, without trees, as scikit-learn's own constructor makes it."""
    options = {
        "n_estimators": int(config.get("n_estimators", 50)),
        "learning_rate": config.get("learning_rate", 1.0),
        "random_state": config.get("seed"),
    }
    options.update(sklearn_versions.estimator_argument(boosted))
    if analysis_type == "regression":
        loss = sklearn_common.word_of("loss", config.get("loss", "auto"),
                                      ["linear", "square", "exponential"], analysis_type)
        return ensemble.AdaBoostRegressor(loss=loss, **options)
    options.update(sklearn_versions.ada_boost_algorithm(
        str(config.get("algorithm", "auto")).lower()))
    return ensemble.AdaBoostClassifier(**options)


class Watch:
    """Follows a training that has no callbacks: scikit-learn boosts what it is given, and that is
    a tree which says when it is fitted."""

    def __init__(self, make, report, emit):
        self.report = report
        self.emit = emit
        self.plain = make
        self.model = None
        self.n_trees = 0
        watch = self

        def fit(self, inputs, answers, sample_weight=None):
            watch.before_tree()
            return make.fit(self, inputs, answers, sample_weight=sample_weight)

        self.watched = type(make.__name__, (make,), {"fit": fit})

    def before_tree(self):
        self.report.check()
        if self.n_trees > 0:
            self.tell()
        self.n_trees += 1

    def tell(self):
        """Reports the last tree that was boosted."""
        last = self.n_trees - 1
        self.emit({"trees": self.n_trees, "error": float(self.model.estimator_errors_[last]),
                   "tree_weight": float(self.model.estimator_weights_[last])})

    def finish(self):
        """Makes the trees scikit-learn's own again."""
        for value in [*vars(self.model).values(), *self.model.estimators_]:
            if type(value) is self.watched:
                value.__class__ = self.plain
        # One that boosting has thrown away again is none.
        self.n_trees = len(self.model.estimators_)
        self.tell()


def fit_model(config, analysis_type, inputs, answers, weights, report, emit):
    regression = analysis_type == "regression"
    watch = Watch(tree.DecisionTreeRegressor if regression else tree.DecisionTreeClassifier,
                  report, emit)
    boosted = tree_of(config, watch.watched, 3 if regression else 1)
    watch.model = model = new_model(config, analysis_type, boosted)
    try:
        model.fit(inputs, answers, sample_weight=weights)
    except ValueError as error:
        if "worse than random" not in str(error):
            raise
        raise ValueError("the first tree tells the classes apart no better than guessing does, so "
                         "there is nothing to boost; let max-depth be larger, or look at the "
                         "events") from error
    watch.finish()
    return model


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    inputs = sklearn_common.training_inputs(data)
    weights = common.event_weights(data)
    if weights is not None and weights.min() < 0.0:
        raise ValueError(f"AdaBoost takes no negative weights, and they go down to "
                         f"{weights.min():g} here; let negative-weights of the data set be “drop”, "
                         "“zero” or “absolute”")
    answers, n_outputs = common.training_answers(data)
    columns = sklearn_common.columns_of(answers)
    progress = sklearn_common.Progress(report, int(config.get("n_estimators", 50)),
                                       data["targets"])
    models = []
    for target, column in enumerate(columns):
        progress.target = target
        models.append(fit_model(config, analysis_type, inputs, column, weights, report,
                                progress.emit))
    report.progress(1.0)
    return sklearn_common.State(sklearn_common.model_of(models), analysis_type, inputs.shape[1],
                                n_outputs)


predict = sklearn_common.predict


def to_native(state):
    return sklearn_native.to_native(state, "predict_proba")


def importance(state):
    return np.mean([model.feature_importances_
                    for model in sklearn_common.models_of(state.model)], axis=0)


def provenance(state):
    found = sklearn_common.provenance()
    models = sklearn_common.models_of(state.model)
    found["trees"] = sum(len(model.estimators_) for model in models)
    if state.analysis_type != "regression":
        found["algorithm"] = sklearn_versions.ada_boost_algorithm_name(models[0])
    return found


# For versions of scikit-learn whose sums are not known.
dump = sklearn_common.dump
load = sklearn_common.load
