# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the user's own code trains and predicts: functions, or an object that has them.

    fit(inputs, targets, weights)     -> state        an object: itself
    predict(state, inputs)            -> answers      an object: predict(inputs), predict_proba

or, batch by batch,

    get_model(n_variables, ...)       -> state
    begin_fit(state, ...)             -> state, or None for the same
    partial_fit(state, inputs, targets, weights, epoch, batch) -> False to stop; a dict of figures
    end_fit(state)                    -> state, or None for the same

and, where they are of use, importance(state), dump(state) and load(stored). PymvaPythonMethod says
what each is given.
"""

import io
import json
import pickle
import uuid
import weakref

import numpy as np

from . import common, python_batches, python_user

# States that no file can hold, for models of this process.
_alive = weakref.WeakValueDictionary()


class State:
    """What the user's code has made, and what is needed to answer with it."""

    def __init__(self, code, facts):
        self.code = code
        self.facts = facts
        self.state = None
        # What a file is to hold, where that is not the state.
        self.stored = None


def shown_config(config):
    """The properties, for user code."""
    return {name: value for name, value in config.items() if name not in ("object", "user_code")}


def arrays_of(data):
    """The events as user code gets them. Of two classes the signal is 1."""
    inputs = data["inputs"]
    if data["analysis_type"] != "regression":
        common.class_labels(data)
    spectators = data.get("spectators")
    return {"inputs": inputs, "targets": python_batches.targets_of(data, data),
            "weights": np.asarray(data["weights"], dtype=np.float64)
            if data.get("weights") is not None else np.ones(len(inputs)),
            "spectators": spectators if spectators is not None
            else np.empty((len(inputs), 0))}


def meet_weights(code, name, arrays, config, usual=None):
    """Events whose weights the code cannot be told are refused, drawn, or taken as they are. Where
    they all have the usual weight, by default that of the first, there is nothing to tell."""
    policy = config.get("unsupported_weights", "error")
    weights = arrays["weights"]
    if python_user.takes_weights(code.get(name)) or policy == "ignore" \
            or len(weights) == 0 or np.all(weights == (weights[0] if usual is None else usual)):
        return arrays
    if policy == "error":
        raise ValueError(f"{code.describe(name)} takes no event weights, and the events have "
                         "different ones; give it an argument “weights”, or set "
                         "unsupported-weights to “resample”, which draws events by their weights, "
                         "or to “ignore”")
    rows = common.draw_by_weights(weights, config.get("seed", 0))
    drawn = {key: value[rows] for key, value in arrays.items()}
    drawn["weights"] = np.ones(len(rows))
    return drawn


def fit(config, data, report):
    code, facts = python_user.find(config)
    analysis_type = data["analysis_type"]
    names = data["targets"] if analysis_type == "regression" else data["classes"]
    facts.update(analysis_type=analysis_type, n_outputs=len(names),
                 n_variables=len(data["variables"]), title=config.get("title", ""))
    state = State(code, facts)
    report.check()
    if data.get("stream") is not None or config.get("streamed") or not code.has("fit"):
        fit_batches(state, config, data, report)
    else:
        fit_at_once(state, config, data, report)
    if code.has("load") and not code.has("dump") and isinstance(code, python_user.Functions):
        # As in Belle II's software: end_fit() gives what is kept, and load() what answers.
        state.stored = state.state
        state.state = code.call("load", None, {"stored": state.stored})
    report.progress(1.0)
    return state


def fit_at_once(state, config, data, report):
    code = state.code
    parameters = config.get("user_parameters") or {}
    arrays = meet_weights(code, "fit", arrays_of(data), config)
    state.state = code.new_state(parameters)
    made = code.call("fit", state.state, {
        "inputs": arrays["inputs"], "targets": arrays["targets"], "weights": arrays["weights"],
        "spectators": arrays["spectators"], "parameters": parameters,
        "config": shown_config(config), "data": data, "report": report})
    if isinstance(code, python_user.Functions):
        state.state = made


def open_batches(state, config, data):
    if data.get("stream") is not None:
        usual = []

        def meet(arrays):
            usual.extend(arrays["weights"][:1 - len(usual)])
            return meet_weights(state.code, "partial_fit", arrays, config, usual[0])

        return python_batches.Files(config, data, meet)
    arrays = meet_weights(state.code, "partial_fit", arrays_of(data), config)
    return python_batches.Memory(config, arrays)


def fit_batches(state, config, data, report):
    code = state.code
    if not code.has("partial_fit"):
        raise ValueError(f"{code.what} has no partial_fit(), which learns from one batch of events")
    batches = open_batches(state, config, data)
    epochs = int(config.get("epochs", 1))
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; it must be at least 1")
    begin(state, config, data, batches)
    for epoch in range(epochs):
        figures, goes_on = fit_epoch(state, config, data, batches, epoch, epochs, report)
        report.iteration(epoch, {"epoch": epoch + 1, **figures})
        if not goes_on:
            break
    if code.has("end_fit"):
        made = code.call("end_fit", state.state, {})
        state.state = made if made is not None else state.state


def begin(state, config, data, batches):
    code = state.code
    parameters = config.get("user_parameters") or {}
    offers = {"n_variables": state.facts["n_variables"],
              "n_spectators": batches.validation["spectators"].shape[1],
              "n_events": batches.n_events,
              "training_fraction": batches.n_events / (
                  batches.n_events + len(batches.validation["inputs"])),
              "parameters": parameters,
              "n_outputs": state.facts["n_outputs"], "n_batches": batches.n_batches,
              "config": shown_config(config), "data": data}
    state.state = code.new_state(parameters)
    if code.has("get_model"):
        made = code.call("get_model", state.state, offers)
        state.state = made if made is not None else state.state
    if code.has("begin_fit"):
        validation = {f"validation_{name}": batches.validation[name]
                      for name in ("inputs", "spectators", "targets", "weights")}
        made = code.call("begin_fit", state.state, {**validation, **offers})
        state.state = made if made is not None else state.state


def fit_epoch(state, config, data, batches, epoch, epochs, report):
    """One pass over all batches: figures of the last one that gave some, and whether to go on."""
    figures = {}
    for number, batch in enumerate(batches.batches(epoch)):
        report.check()
        made = state.code.call("partial_fit", state.state, {
            **{name: batch[name] for name in ("inputs", "targets", "weights", "spectators")},
            "epoch": epoch, "batch": number, "parameters": config.get("user_parameters") or {},
            "classes": np.arange(state.facts["n_outputs"]), "report": report})
        report.progress((epoch + (number + 1) / batches.n_batches) / epochs)
        if isinstance(made, dict):
            figures.update(made)
        if made is False or isinstance(made, np.bool_) and not made:
            return figures, False
    return figures, True


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.facts["n_variables"])
    n_wanted = 1 if state.facts["analysis_type"] == "classification" else state.facts["n_outputs"]
    if len(inputs) == 0:
        return np.empty((0, n_wanted), dtype=np.float32)
    code = state.code
    names = python_user.ANSWERS if state.facts["analysis_type"] != "regression" \
        else python_user.ANSWERS[1:]
    name = next((name for name in names if code.has(name)), None)
    if name is None:
        raise ValueError(f"{code.what} has no predict()")
    what = code.describe(name)
    answers = python_user.numbers_of(code.call(name, state.state, {"inputs": inputs}), what)
    return shape_answers(state, answers, len(inputs), name, what)


def shape_answers(state, answers, n_events, name, what):
    """Answers as float32, events x outputs."""
    analysis_type = state.facts["analysis_type"]
    n_outputs = state.facts["n_outputs"]
    good = {"classification": [(n_events,), (n_events, 1), (n_events, 2)],
            "multiclass": [(n_events, n_outputs)],
            "regression": [(n_events, n_outputs)]}[analysis_type]
    if analysis_type == "regression" and n_outputs == 1:
        good.append((n_events,))
    if analysis_type == "multiclass" and answers.dtype.kind in "iu":
        good.append((n_events,))
    if answers.shape not in good:
        raise ValueError(f"{what} gave an array of shape {answers.shape} for {n_events} events; "
                         "expected " + " or ".join(str(shape) for shape in good))
    if analysis_type == "multiclass" and answers.ndim == 1:
        if answers.min() < 0 or answers.max() >= n_outputs:
            raise ValueError(f"{what} gave class numbers from {answers.min()} to {answers.max()}; "
                             f"expected 0 to {n_outputs - 1}")
        answers = np.eye(n_outputs)[answers]
    if analysis_type == "classification" and answers.ndim == 2 and answers.shape[1] == 2:
        # As scikit-learn has them: the second column is that of class 1, which is the signal.
        answers = answers[:, 1]
    return np.ascontiguousarray(answers.reshape(n_events, -1), dtype=np.float32)


def to_native(_state):
    return None


def importance(state):
    for name in ("importance", "feature_importance"):
        if state.code.has(name):
            values = state.code.call(name, state.state, {})
            break
    else:
        if isinstance(state.code, python_user.Functions):
            return None
        values = getattr(state.state, "feature_importances_", None)
        name = "feature_importances_"
    if values is None:
        return None
    what = state.code.describe(name)
    values = np.abs(python_user.numbers_of(values, what).astype(np.float64).ravel())
    if len(values) != state.facts["n_variables"]:
        raise ValueError(f"{what} gave {len(values)} numbers; expected one for each of the "
                         f"{state.facts['n_variables']} variables")
    return values / values.sum() if np.isfinite(values.sum()) and values.sum() > 0.0 else None


def provenance(state):
    return {"framework": "Python", "numpy": np.__version__, "code": state.code.what}


class Unpickler(pickle.Unpickler):
    """Finds classes of a text in the module that the text runs in now."""

    def __init__(self, stored, was, module):
        super().__init__(io.BytesIO(stored))
        self.was = was
        self.module = module

    def find_class(self, module, name):
        if module == self.was and self.module is not None:
            found = self.module
            for part in name.split("."):
                found = getattr(found, part)
            return found
        return super().find_class(module, name)


def dump(state):
    """A state that nothing can write is kept in this process: the third item says why."""
    facts = dict(state.facts)
    files = {}
    executable = []
    if state.code.text is not None:
        files["user_code.py"] = state.code.text.text.encode()
        executable.append("user_code.py")
    reason = None
    if state.code.has("dump"):
        files["state"] = bytes_of(state.code.call("dump", state.state, {}),
                                  state.code.describe("dump"))
    try:
        pickles = pickle_state(state)
        files.update(pickles)
        executable += pickles
    except (pickle.PicklingError, AttributeError, TypeError, ValueError, RecursionError) as error:
        facts["alive"] = uuid.uuid4().hex
        _alive[facts["alive"]] = state
        reason = (f"what {state.code.what} has made cannot be pickled ({error}); give the code as "
                  "a text, a file or a module, or a function dump() that gives bytes")
    files["method.json"] = json.dumps(facts).encode()
    return (files, executable) if reason is None else (files, executable, reason)


def pickle_state(state):
    files = {}
    if not state.code.has("dump"):
        stored = state.stored if state.stored is not None else state.state
        files["state.pickle"] = pickle.dumps(stored, protocol=4)
    if state.facts["source"] == "object":
        files["code.pickle"] = pickle.dumps(live_code(state.code), protocol=4)
    return files


def bytes_of(stored, what):
    if isinstance(stored, str):
        return stored.encode()
    if not isinstance(stored, (bytes, bytearray)):
        raise TypeError(f"{what} gave a {type(stored).__name__}; expected bytes")
    return bytes(stored)


def live_code(code):
    """The functions, or the class, that were given alive."""
    if isinstance(code, python_user.Functions):
        return code.live
    return code.kind if isinstance(code.kind, type) else type(code.kind)


def load(files):
    facts = json.loads(bytes(files["method.json"]))
    if "alive" in facts:
        state = _alive.get(facts["alive"])
        if state is None:
            raise ValueError("the model was made of live objects, which ended with their program")
        return state
    try:
        return load_state(files, facts)
    except (AttributeError, ImportError, pickle.UnpicklingError) as error:
        raise ValueError(f"the model needs code that is not here: {error}") from error


def load_state(files, facts):
    module = None
    if facts["source"] == "code":
        code, _ = python_user.of_text(bytes(files["user_code.py"]).decode(), facts["filename"],
                                      facts["entry_point"])
        module = code.text.module
    elif facts["source"] == "module":
        code, _ = python_user.find({"module": facts["module"],
                                    "entry_point": facts["entry_point"]})
    else:
        code = python_user.of_value(pickle.loads(bytes(files["code.pickle"])), "“object”")
    state = State(code, facts)
    if "state" in files:
        state.state = code_load(code, bytes(files["state"]))
        return state
    stored = Unpickler(bytes(files["state.pickle"]), facts.get("python_module"), module).load()
    state.state = stored
    if isinstance(code, python_user.Functions) and code.has("load"):
        state.state = code.call("load", None, {"stored": stored})
    return state


def code_load(code, stored):
    """What load() makes of the bytes that dump() gave."""
    if not code.has("load"):
        raise ValueError(f"{code.what} has dump(), and no load() that reads what it gives")
    if isinstance(code, python_user.Functions):
        return code.call("load", None, {"stored": stored})
    return python_user.call(code.kind.load, {"stored": stored}, code.describe("load"), 1)
