# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boosted trees of XGBoost (1.7 or later)."""

# First, so that it is named where all is missing.
import xgboost
import json
import warnings

import numpy as np

from . import boosters, common

# Hyperparameters that XGBoost has under the same names.
SAME_NAMES = ("booster", "tree_method", "grow_policy", "max_depth", "max_leaves",
              "min_child_weight", "learning_rate", "gamma", "max_delta_step", "reg_lambda",
              "reg_alpha", "subsample", "colsample_bytree", "colsample_bylevel",
              "colsample_bynode", "num_parallel_tree")
DART_NAMES = ("sample_type", "normalize_type", "rate_drop", "one_drop", "skip_drop")
OBJECTIVES = {
    "classification": ("binary:logistic", "binary:hinge"),
    "multiclass": ("multi:softprob",),
    "regression": ("reg:squarederror", "reg:squaredlogerror", "reg:logistic",
                   "reg:pseudohubererror", "reg:absoluteerror", "reg:quantileerror",
                   "count:poisson", "reg:gamma", "reg:tweedie"),
}
# Hyperparameters of one objective each.
OBJECTIVE_NAMES = {"reg:pseudohubererror": "huber_slope", "reg:quantileerror": "quantile_alpha",
                   "reg:tweedie": "tweedie_variance_power"}
METRICS = {
    "classification": ("logloss", "error", "auc", "aucpr", "rmse", "mae"),
    "multiclass": ("mlogloss", "merror", "auc"),
    "regression": ("rmse", "rmsle", "mae", "mape", "mphe", "poisson-nloglik", "gamma-nloglik",
                   "gamma-deviance", "tweedie-nloglik"),
}


def objective_of(config, analysis_type):
    """XGBoost's name of the objective, which has a colon where the hyperparameter has a dash."""
    word = str(config.get("objective", "auto"))
    good = OBJECTIVES[analysis_type]
    if word == "auto":
        return good[0]
    name = word.replace("-", ":", 1)
    if name not in good:
        raise ValueError(f"objective is “{word}”; for {analysis_type} it may be “auto”, "
                         + ", ".join(f"“{each.replace(':', '-')}”" for each in good))
    return name


def device_of(config):
    """“cpu” or “cuda”."""
    word = str(config.get("device", "cpu"))
    has_cuda = bool(xgboost.build_info().get("USE_CUDA"))
    if word == "auto":
        return "cuda" if has_cuda else "cpu"
    if word == "cuda" and not has_cuda:
        raise ValueError("device is “cuda”, but the XGBoost that is installed was built without "
                         "CUDA; install the package xgboost in place of xgboost-cpu, or let device "
                         "be “cpu”")
    return word


def adapt(params, config, device):
    """What depends on the version of XGBoost: the device, and what 1.7 does not have."""
    if common.version_of(xgboost) >= (2, 0):
        params["device"] = device
        strategy = str(config.get("multi_strategy", "one-output-per-tree"))
        if strategy != "one-output-per-tree":
            params["multi_strategy"] = strategy.replace("-", "_")
        return
    if device == "cuda":
        if params["tree_method"] != "hist":
            raise ValueError(f"tree-method is “{params['tree_method']}”, and XGBoost "
                             f"{xgboost.__version__} has only “hist” on the device “cuda”")
        params["tree_method"] = "gpu_hist"
    for name, value, default in (
            ("objective", params["objective"].replace(":", "-"), "reg-quantileerror"),
            ("multi-strategy", config.get("multi_strategy"), "multi-output-tree")):
        if value == default:
            raise ValueError(f"{name} is “{value}”, which XGBoost {xgboost.__version__} does not "
                             "have; 2.0 does")


def params_of(config, data):
    """XGBoost's own names and values."""
    analysis_type = data["analysis_type"]
    objective = objective_of(config, analysis_type)
    # Before 2.0 it would choose by the number of events.
    params = {"tree_method": "hist", **boosters.select(config, SAME_NAMES)}
    params.update(objective=objective, seed=int(config.get("seed", 0)), verbosity=1,
                  nthread=common.n_threads_of(config))
    if params["tree_method"] != "exact" and "max_bin" in config:
        params["max_bin"] = config["max_bin"]
    if params.get("booster") == "dart":
        params.update(boosters.select(config, DART_NAMES))
    if objective in OBJECTIVE_NAMES:
        params.update(boosters.select(config, [OBJECTIVE_NAMES[objective]]))
    if analysis_type == "multiclass":
        params["num_class"] = len(data["classes"])
    if analysis_type == "classification":
        params.update(boosters.select(config, ["scale_pos_weight"]))
    constraints = boosters.monotone_constraints_of(config.get("monotone_constraints", ""),
                                                   np.shape(data["inputs"])[1])
    if constraints is not None:
        params["monotone_constraints"] = "(" + ",".join(map(str, constraints)) + ")"
    metrics = boosters.metrics_of(config.get("eval_metric", "auto"), METRICS[analysis_type])
    if metrics is not None:
        params["eval_metric"] = metrics
    adapt(params, config, device_of(config))
    return params


class ReportRounds(xgboost.callback.TrainingCallback):
    """Tells of each round, stops between them, and then does what another callback does: XGBoost
    1.7 calls several of them in no order, and none after the one that ends the training."""

    def __init__(self, rounds, first, other):
        super().__init__()
        self.rounds = rounds
        self.first = first
        self.other = other

    def before_training(self, model):
        return self.other.before_training(model)

    def after_training(self, model):
        return self.other.after_training(model)

    def before_iteration(self, model, epoch, evals_log):
        self.rounds.before()
        return self.other.before_iteration(model, epoch, evals_log)

    def after_iteration(self, model, epoch, evals_log):
        self.rounds.after(self.first + epoch + 1, {
            (part, name): values[-1] for part, metrics in evals_log.items()
            for name, values in metrics.items()})
        return self.other.after_iteration(model, epoch, evals_log)


def early_stopping_of(config):
    """XGBoost's callback, which also drops the rounds after the best one; or one that does
    nothing."""
    n_rounds = int(config.get("early_stopping", 0))
    if n_rounds <= 0:
        return xgboost.callback.TrainingCallback()
    return xgboost.callback.EarlyStopping(rounds=n_rounds, save_best=True, data_name="validation")


def matrix_of(events, n_threads):
    return xgboost.DMatrix(events.inputs, events.answers, weight=events.weights,
                           nthread=n_threads)


def check_events(events):
    if events.weights is not None and events.weights.min() < 0.0:
        raise ValueError(
            f"XGBoost takes no negative weights, and the events' go down to "
            f"{events.weights.min():g}; let negative-weights of the data set be “drop”, “zero” or "
            "“absolute”")


def check_device(booster, config):
    """XGBoost trains on the processor, with no more than a warning, where there is no GPU."""
    if config.get("device") != "cuda" or common.version_of(xgboost) < (2, 0):
        return
    used = json.loads(booster.save_config())["learner"]["generic_param"].get("device", "")
    if not used.startswith("cuda"):
        raise ValueError("device is “cuda”, but XGBoost finds no GPU that it can use; let device "
                         "be “cpu” or “auto”")


def fit(config, data, report):
    events, n_outputs = boosters.all_events(data)
    check_events(events)
    params = params_of(config, data)
    previous = boosters.previous_of(config, data, n_outputs, load)
    learn, judge = boosters.split(config, events)
    n_rounds = int(config.get("n_estimators", 100))
    n_before = 0 if previous is None else previous.n_rounds
    rounds = boosters.Rounds(report, n_rounds)

    report.check()
    with boosters.plain_errors(xgboost.core.XGBoostError, "XGBoost"), warnings.catch_warnings():
        # check_device() says so where it matters.
        warnings.filterwarnings("ignore", message=".*Device is changed from GPU to CPU")
        evals = [(matrix_of(learn, params["nthread"]), "training")]
        if judge is not None:
            evals.append((matrix_of(judge, params["nthread"]), "validation"))
        booster = xgboost.train(
            params, evals[0][0], n_rounds, evals=evals, verbose_eval=False,
            callbacks=[ReportRounds(rounds, n_before, early_stopping_of(config))],
            xgb_model=None if previous is None else previous.model)
        check_device(booster, config)

    # Rounds after the best one are gone, so these marks would only mislead.
    for name in ("best_iteration", "best_score", "best_ntree_limit"):
        booster.set_attr(**{name: None})
    rounds.end_training()
    state = boosters.State(booster, data["analysis_type"], events.inputs.shape[1], n_outputs,
                           params["nthread"])
    state.set_rounds(booster.num_boosted_rounds(), rounds.metrics)
    make_ready(state)
    return state


def make_ready(state):
    """Lets a booster predict where the events are, with as many threads as it was trained."""
    state.model.set_param({"nthread": state.n_threads})
    if common.version_of(xgboost) >= (2, 0):
        state.model.set_param({"device": "cpu"})
    else:
        state.model.set_param({"predictor": "cpu_predictor"})
    config = json.loads(state.model.save_config())
    state.drops_trees = config["learner"]["gradient_booster"]["name"] == "dart"


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    if len(inputs) == 0:
        return np.empty((0, state.n_columns()), dtype=np.float32)
    with boosters.plain_errors(xgboost.core.XGBoostError, "XGBoost"):
        if state.drops_trees:
            # In place the trees are added in another order, and the last digit differs.
            answers = state.model.predict(xgboost.DMatrix(inputs, nthread=state.n_threads))
        else:
            answers = state.model.inplace_predict(inputs)
    return np.asarray(answers, dtype=np.float32).reshape(len(inputs), -1)


def to_native(state):
    """The model as XGBoost writes it: the library reads that."""
    return {"kind": "xgboost", "n_models": 1, "n_features": state.n_variables}, {
        "model-1": np.frombuffer(state.model.save_raw("ubj"), np.uint8)}


# The files are what the library has read, so they cost nothing to make.
ALWAYS_RESUMABLE = True


def resumption(state):
    return dump(state)[0]


def importance(state):
    """The mean gain of the splits on each variable, as XGBoost's own importances."""
    gains = np.zeros(state.n_variables)
    for name, gain in state.model.get_score(importance_type="gain").items():
        gains[int(name[1:])] = gain
    return boosters.shares(gains)


def provenance(state):
    return {"framework": "XGBoost", "xgboost": xgboost.__version__, "numpy": np.__version__,
            "rounds": state.n_rounds, **state.metrics}


def dump(state):
    """Universal Binary JSON, which holds no code."""
    return {"model.ubj": bytes(state.model.save_raw("ubj")), "model.json": state.describe()}, []


def read_model(files):
    booster = xgboost.Booster()
    with boosters.plain_errors(xgboost.core.XGBoostError, "XGBoost"):
        booster.load_model(bytearray(files["model.ubj"]))
    return booster


def load(files):
    state = boosters.state_of(files, read_model)
    make_ready(state)
    return state
