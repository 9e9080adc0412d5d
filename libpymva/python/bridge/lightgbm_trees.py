# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boosted trees of LightGBM (3.3 or later)."""

# First, so that it is named where all is missing.
try:
    import lightgbm
except OSError as error:
    raise ImportError(f"LightGBM is installed, but cannot be loaded: {error}; install the library "
                      "that is missing (libgomp.so.1 is in Debian's libgomp1)") from error

import numpy as np

from . import boosters, common

# Hyperparameters that LightGBM has under the same names.
SAME_NAMES = ("num_leaves", "max_depth", "learning_rate", "min_data_in_leaf",
              "min_sum_hessian_in_leaf", "min_gain_to_split", "lambda_l1", "lambda_l2",
              "feature_fraction", "feature_fraction_bynode", "bagging_fraction", "bagging_freq",
              "max_bin", "min_data_in_bin", "max_delta_step", "path_smooth", "linear_tree",
              "extra_trees", "deterministic")
DART_NAMES = ("drop_rate", "max_drop", "skip_drop")
GOSS_NAMES = ("top_rate", "other_rate")
OBJECTIVES = {
    "classification": ("binary", "cross_entropy"),
    "multiclass": ("multiclass", "multiclassova"),
    "regression": ("regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape",
                   "gamma", "tweedie"),
}
# Hyperparameters of one objective each.
OBJECTIVE_NAMES = {"huber": "alpha", "quantile": "alpha", "fair": "fair_c",
                   "tweedie": "tweedie_variance_power"}
METRICS = {
    "classification": ("binary_logloss", "binary_error", "auc", "average_precision",
                       "cross_entropy", "l1", "l2", "rmse"),
    "multiclass": ("multi_logloss", "multi_error", "auc_mu"),
    "regression": ("l1", "l2", "rmse", "quantile", "mape", "huber", "fair", "poisson", "gamma",
                   "gamma_deviance", "tweedie"),
}


def objective_of(config, analysis_type):
    word = str(config.get("objective", "auto"))
    good = OBJECTIVES[analysis_type]
    if word == "auto":
        return good[0]
    name = word.replace("-", "_")
    if name not in good:
        raise ValueError(f"objective is “{word}”; for {analysis_type} it may be “auto”, "
                         + ", ".join(f"“{each.replace('_', '-')}”" for each in good))
    return name


def device_of(config, inputs):
    """The word, or for “auto” what LightGBM can use: few builds have CUDA."""
    word = str(config.get("device", "cpu"))
    if word != "auto":
        return word
    events = lightgbm.Dataset(np.array(inputs[:2]), label=np.arange(len(inputs[:2])))
    try:
        lightgbm.train({"device_type": "cuda", "verbosity": -1}, events, 1)
    except lightgbm.basic.LightGBMError:
        return "cpu"
    return "cuda"


def check_sampling(config):
    """LightGBM would say nothing of a sample that is never drawn, and little of the others."""
    boosting = str(config.get("boosting", "gbdt"))
    share = config.get("bagging_fraction", 1.0)
    draws = config.get("bagging_freq", 0) > 0 and share < 1.0
    if share < 1.0 and not draws:
        raise ValueError(f"bagging-fraction is {share:g}, but bagging-freq is 0, so that no sample "
                         "is ever drawn; let bagging-freq be 1 or more")
    if boosting == "goss" and draws:
        raise ValueError("boosting is “goss”, which draws the events itself; let bagging-freq be 0 "
                         "and bagging-fraction 1")
    if boosting == "rf" and not draws and config.get("feature_fraction", 1.0) >= 1.0:
        raise ValueError("boosting is “rf”, whose trees must differ; let bagging-freq be 1 and "
                         "bagging-fraction below 1, or feature-fraction below 1")
    if boosting == "rf" and config.get("continue_training", False):
        raise ValueError("boosting is “rf”, which cannot be continued; switch continue-training "
                         "off")


def add_boosting(params, config):
    """Names the kind of boosting, which became two parameters in 4.0."""
    check_sampling(config)
    word = str(config.get("boosting", "gbdt"))
    if word == "goss":
        params.update(boosters.select(config, GOSS_NAMES))
        if common.version_of(lightgbm) >= (4, 0):
            params.update(boosting="gbdt", data_sample_strategy="goss")
            return
    if word == "dart":
        params.update(boosters.select(config, DART_NAMES))
    params["boosting"] = word


def params_of(config, data):
    """LightGBM's own names and values."""
    analysis_type = data["analysis_type"]
    objective = objective_of(config, analysis_type)
    params = boosters.select(config, SAME_NAMES)
    # Its seeds have 31 bits.
    params.update(objective=objective, seed=int(config.get("seed", 0)) % 2**31, verbosity=-1,
                  num_threads=common.n_threads_of(config),
                  device_type=device_of(config, data["inputs"]))
    if config.get("deterministic", True):
        # Otherwise it chooses the faster way by the clock.
        params.update(deterministic=True, force_row_wise=True)
    add_boosting(params, config)
    if objective in OBJECTIVE_NAMES:
        params.update(boosters.select(config, [OBJECTIVE_NAMES[objective]]))
    if analysis_type == "multiclass":
        params["num_class"] = len(data["classes"])
    if objective == "binary":
        params.update(boosters.select(config, ["scale_pos_weight", "is_unbalance"]))
    constraints = boosters.monotone_constraints_of(config.get("monotone_constraints", ""),
                                                   np.shape(data["inputs"])[1])
    if constraints is not None:
        params["monotone_constraints"] = constraints
        params.update(boosters.select(config, ["monotone_constraints_method"]))
    metrics = boosters.metrics_of(str(config.get("eval_metric", "auto")).replace("-", "_"),
                                  METRICS[analysis_type])
    if metrics is not None:
        params["metric"] = metrics
    return params


def report_rounds(rounds):
    """The two callbacks that tell of each round, and stop between them."""
    def before(env):
        rounds.before()

    def after(env):
        rounds.after(env.iteration + 1, {
            (part, name): value for part, name, value, _ in env.evaluation_result_list})

    before.before_iteration = True
    before.order = 0
    # Ahead of early stopping.
    after.order = 1
    return [before, after]


def train_one(params, config, learn, judge, previous, rounds):
    """One booster, without the rounds that are worse than the best one, as its text."""
    learning = lightgbm.Dataset(learn.inputs, label=learn.answers, weight=learn.weights,
                                free_raw_data=False)
    sets, names = [learning], ["training"]
    callbacks = report_rounds(rounds)
    if judge is not None:
        sets.append(lightgbm.Dataset(judge.inputs, label=judge.answers, weight=judge.weights,
                                     reference=learning, free_raw_data=False))
        names.append("validation")
    if int(config.get("early_stopping", 0)) > 0:
        callbacks.append(lightgbm.early_stopping(int(config["early_stopping"]), verbose=False))
    booster = lightgbm.train(dict(params), learning, int(config.get("n_estimators", 100)),
                             valid_sets=sets, valid_names=names, callbacks=callbacks,
                             init_model=previous)
    rounds.end_training()
    n_rounds = booster.best_iteration if booster.best_iteration > 0 else booster.current_iteration()
    # The text is what a file holds, and the booster that is made of it predicts the same bits.
    return booster.model_to_string(num_iteration=n_rounds)


def fit(config, data, report):
    events, n_outputs = boosters.all_events(data)
    params = params_of(config, data)
    previous = boosters.previous_of(config, data, n_outputs, load)
    learn, judge = boosters.split(config, events)
    # One booster for each target: LightGBM has none for several.
    n_boosters = events.answers.shape[1] if events.answers.ndim == 2 else 1
    rounds = boosters.Rounds(report, int(config.get("n_estimators", 100)),
                             data["targets"] if n_boosters > 1 else ())

    texts = []
    with boosters.plain_errors(lightgbm.basic.LightGBMError, "LightGBM"):
        for target in range(n_boosters):
            report.check()
            parts = [part if part is None or part.answers.ndim == 1 else
                     boosters.Events(part.inputs, part.answers[:, target], part.weights)
                     for part in (learn, judge)]
            texts.append(train_one(params, config, *parts,
                                   None if previous is None else previous.model[target], rounds))
        models = [lightgbm.Booster(model_str=text) for text in texts]

    state = boosters.State(models, data["analysis_type"], events.inputs.shape[1], n_outputs,
                           params["num_threads"])
    state.set_rounds(models[-1].current_iteration(), rounds.metrics)
    return state


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    if len(inputs) == 0:
        return np.empty((0, state.n_columns()), dtype=np.float32)
    with boosters.plain_errors(lightgbm.basic.LightGBMError, "LightGBM"):
        answers = [model.predict(inputs, num_threads=state.n_threads) for model in state.model]
    answers = answers[0] if len(answers) == 1 else np.stack(answers, axis=1)
    return answers.reshape(len(inputs), -1).astype(np.float32)


def to_native(state):
    """The models as LightGBM writes them: the library reads that."""
    return {"kind": "lightgbm", "n_models": len(state.model), "n_features": state.n_variables}, {
        f"model-{target + 1}": np.frombuffer(model.model_to_string().encode(), np.uint8)
        for target, model in enumerate(state.model)}


# The files are what the library has read, so they cost nothing to make.
ALWAYS_RESUMABLE = True


def resumption(state):
    return dump(state)[0]


def importance(state):
    """The gain of all splits on each variable, of all targets alike."""
    return boosters.shares(np.mean([
        boosters.shares(model.feature_importance(importance_type="gain"))
        for model in state.model], axis=0))


def provenance(state):
    return {"framework": "LightGBM", "lightgbm": lightgbm.__version__, "numpy": np.__version__,
            "rounds": state.n_rounds, **state.metrics}


def dump(state):
    """LightGBM's text, which holds no code."""
    files = {f"model-{target + 1}.txt": model.model_to_string().encode()
             for target, model in enumerate(state.model)}
    files["model.json"] = state.describe()
    return files, []


def read_models(files):
    texts = [bytes(files[f"model-{number}.txt"]).decode() for number in range(1, len(files))]
    if not texts:
        raise KeyError("model-1.txt")
    with boosters.plain_errors(lightgbm.basic.LightGBMError, "LightGBM"):
        return [lightgbm.Booster(model_str=text) for text in texts]


def load(files):
    return boosters.state_of(files, read_models)
