# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of Keras 3: plain ones made of properties, those of a model file, and those of user
code.

User code may define any of these; each takes the arguments it names, in any order, of those listed
(names it does not know are filled in this order):

    model(n_inputs, n_outputs)          -> keras.Model, compiled or not
    callbacks()                         -> list of keras.callbacks.Callback
    train(model, inputs, targets, weights, validation_inputs, validation_targets,
          validation_weights, epochs, batch_size, callbacks, report)
                                        -> the trained model, or None if it is `model`
    predict(model, inputs, batch_size)  -> answers, events x outputs
    load_model_custom_objects           dict of the classes and functions that a model file names

Inputs are float32 arrays, standardised unless the property says not to. A two-class network has
one output (targets: 1 for the signal, else 0) or two (the first is the signal's). Targets of
classes are 1-of-n rows, or class numbers where the loss is a sparse one. A network that ends with
sigmoid or softmax gives probabilities, any other one logits.
"""

import json
import os
import tempfile
import warnings
import zipfile

# First, so that it is named where all is missing.
from .keras_module import keras
import numpy as np

from . import common, errors, keras_layers, keras_training, network, tensor_file, user_code

USER_FUNCTIONS = ("model", "callbacks", "train", "predict")
CUSTOM_OBJECTS = "load_model_custom_objects"
# Events on which a model that is no chain of layers shows what its outputs are.
N_TRIALS = 64
# Of this computer and of one training, not of the network.
LOCAL_SETTINGS = ("user_code", "model_file", "tensorboard", "continue_training")


class State(network.State):
    model = None

    @property
    def custom_objects(self):
        """The classes and functions that a model's description may name."""
        if self.code is None:
            return {}
        objects = self.code.get(CUSTOM_OBJECTS)
        if objects is None:
            objects = {}
        if not isinstance(objects, dict):
            raise TypeError(f"{CUSTOM_OBJECTS} of “{self.code.filename}” is a "
                            f"{type(objects).__name__}; expected a dict of classes and functions")
        return {**registered_objects(self.code.module), **objects}


def registered_objects(module):
    """What a module defines and has registered with Keras, which keeps such names for all."""
    found = {}
    for item in vars(module).values():
        if getattr(item, "__module__", None) == module.__name__ and hasattr(item, "__name__"):
            name = keras.saving.get_registered_name(item)
            if name != item.__name__:
                found[name] = item
    return found


def read_code(config, may_be_empty):
    text = config.get("user_code") or ""
    if not text:
        return None
    filename = config.get("user_filename") or f"<{config.get('title', '')} user code>"
    if may_be_empty:
        return user_code.UserCode(text, filename, ())
    return user_code.UserCode(text, filename, USER_FUNCTIONS, (CUSTOM_OBJECTS,))


def make_model(state):
    """The network before it has learnt."""
    config = state.config
    if config.get("model_file"):
        what = f"model-file “{config['model_file']}”"
        model = read_model(config["model_file"], what, state.custom_objects)
    elif state.defines("model"):
        what = state.code.describe("model")
        model = state.code.call("model", {"n_inputs": state.n_variables,
                                          "n_outputs": state.n_answers})
        check_model(model, what)
    else:
        what = "the network"
        model = keras_layers.build(config, state.n_variables, state.n_answers,
                                   state.analysis_type)
    take_model(state, model, what)


def check_model(model, what):
    if not isinstance(model, keras.Model):
        raise TypeError(f"{what} gave a {type(model).__name__}; expected a keras.Model")


def read_model(path, what, custom_objects):
    """The model of a .keras file, which must name nothing that could run code."""
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(b"PK"):
        raise errors.PymvaError(
            f"{what} is no file in the format “.keras”. The older formats, “.h5” among them, can "
            "hold code that Keras runs; convert it where you trust it: "
            "keras.models.load_model(\"model.h5\").save(\"model.keras\")", code="unsupported")
    # What was checked is read, and Keras goes by the name of a file.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        copy = os.path.join(folder, "model.keras")
        with open(copy, "wb") as file:
            file.write(content)
        check_description(read_description(copy, what), what, custom_objects)
        # One that has not learnt yet has no state of its optimizer.
        warnings.filterwarnings("ignore", message="Skipping variable loading for optimizer")
        return keras.saving.load_model(copy, custom_objects=custom_objects, safe_mode=True)


def read_description(path, what):
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"{what} is no file in the format “.keras”: {error}") from error


def check_description(description, what, custom_objects):
    found = keras_layers.find_code(description, set(custom_objects))
    if found is not None:
        raise errors.PymvaError(
            f"{what} names “{found}”, which is not known to be free of code. Give a class of your "
            "own in the dict load_model_custom_objects of user code, or build the network in "
            "model() there", code="untrusted")


def take_model(state, model, what):
    """Makes a model the network, and finds what its outputs are."""
    state.model = model
    if state.defines("predict"):
        # Its outputs are the business of that function.
        state.n_columns = state.n_answers
        state.head = {"classification": "sigmoid-done", "multiclass": "softmax-done",
                      "regression": "none"}[state.analysis_type]
        return
    inputs = np.random.default_rng(0).normal(scale=3.0, size=(N_TRIALS, state.n_variables))
    outputs = model.predict_on_batch(inputs.astype(np.float32))
    state.n_columns = network.check_outputs(outputs, N_TRIALS, state, what)
    if state.analysis_type == "regression":
        state.head = "none"
        return
    wanted = "sigmoid" if state.n_columns == 1 else "softmax"
    last = keras_layers.last_activation(model)
    if last is None and is_probability(outputs):
        last = wanted
    state.head = f"{wanted}-done" if last == wanted else wanted


def is_probability(outputs):
    """Whether numbers are probabilities, as logits of many events are not."""
    if outputs.shape[1] == 1:
        return bool(np.all((outputs >= 0.0) & (outputs <= 1.0)))
    return bool(np.all(outputs >= 0.0) and np.allclose(outputs.sum(axis=1), 1.0, atol=1e-3))


def user_callbacks(state):
    if not state.defines("callbacks"):
        return []
    found = state.code.call("callbacks", {})
    if not isinstance(found, (list, tuple)) \
            or not all(isinstance(item, keras.callbacks.Callback) for item in found):
        raise TypeError(f"{state.code.describe('callbacks')} gave “{found}”; expected a list of "
                        "keras.callbacks.Callback")
    return list(found)


def train(state, training, validation, report):
    config = state.config
    callbacks = user_callbacks(state)
    if not state.defines("train"):
        state.metrics = keras_training.train(state, training, validation, callbacks, report)
        return
    offers = {"model": state.model}
    for prefix, (inputs, targets, weights) in (("", training), ("validation_", validation)):
        offers[f"{prefix}inputs"] = inputs
        offers[f"{prefix}targets"] = keras_training.shape_targets(targets, state)
        offers[f"{prefix}weights"] = weights
    offers.update(epochs=int(config.get("epochs", 20)),
                  batch_size=int(config.get("batch_size", 100)), callbacks=callbacks, report=report)
    state.code.check_given_weights("train", offers)
    trained = state.code.call("train", offers)
    if trained is not None:
        what = state.code.describe("train")
        check_model(trained, what)
        # It may be another model than the one before, of other outputs.
        take_model(state, trained, what)


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    names = data["targets"] if analysis_type == "regression" else data["classes"]
    inputs = np.asarray(data["inputs"])
    seed = int(config.get("seed", 0))
    with keras_training.resources(config), keras_training.logged(config, report) as report:
        # Beside a model file the code need define nothing: it may only write that file.
        state = State(config, analysis_type, inputs.shape[1], len(names),
                      read_code(config, may_be_empty=bool(config.get("model_file"))))
        earlier = network.take_up(state, data, resumption)
        order = np.random.default_rng(seed).permutation(len(inputs))
        training, validation = network.split(config, data, state, order, earlier is not None)
        make_model(state)
        keras_training.compile_model(state)
        if earlier is not None:
            description, tables = earlier
            keras_training.continue_from(state.model, tables, description["optimizer"])
        train(state, training, validation, report)
    return state


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    parts = [np.empty((0, state.n_answers), dtype=np.float32)]
    with keras_training.resources(state.config, needed=False):
        for first in range(0, len(inputs), network.ANSWER_ROWS):
            rows = inputs[first:first + network.ANSWER_ROWS]
            parts.append(answer(state, network.standardise(rows, state.input_moments)))
    return np.concatenate(parts)


def answer(state, inputs):
    """The answers for one block of standardised inputs."""
    if state.defines("predict"):
        outputs = state.code.call("predict", {"model": state.model, "inputs": inputs,
                                              "batch_size": len(inputs)})
        outputs = keras.ops.convert_to_numpy(outputs)
        network.check_outputs(outputs, len(inputs), state, state.code.describe("predict"))
        return network.finish_answers(outputs, state)
    outputs = state.model.predict_on_batch(inputs)
    network.check_outputs(outputs, len(inputs), state, "the network")
    if state.head in ("sigmoid", "softmax"):
        outputs = keras.ops.convert_to_numpy(keras_training.apply_head(outputs, state.head))
    return network.finish_answers(outputs, state)


def to_native(state):
    if state.defines("predict"):
        return None
    found = keras_layers.describe(state.model)
    if found is None:
        return None
    head = state.head if state.head in ("sigmoid", "softmax") else "none"
    return network.describe(*found, head, state)


def importance(state):
    """A network has no figure of this kind of its own."""
    return None


def provenance(state):
    found = {"framework": "keras", "keras": keras.__version__,
             "backend": keras.config.backend(), "numpy": np.__version__}
    found.update((name, value) for name, value in state.metrics.items() if name != "epoch")
    return found


def describe_layers(state):
    """The layers as Keras describes them, without loss and optimizer; None where that needs
    code."""
    try:
        layers = keras.saving.serialize_keras_object(state.model)
        layers.pop("compile_config", None)
        layers = json.loads(json.dumps(layers))
        check_description(layers, "the network", state.custom_objects)
    except (NotImplementedError, TypeError, ValueError, errors.PymvaError):
        if not state.defines("model"):
            raise
        return None
    return layers


def resumption(state):
    """What another training needs to go on from this one, without code."""
    description = network.describe_state(state, LOCAL_SETTINGS)
    description.update(n_columns=state.n_columns, head=state.head,
                       optimizer=type(state.model.optimizer).__name__)
    return {"network.json": json.dumps(description).encode(),
            "weights.safetensors": tensor_file.write(keras_training.tables_of(state.model))}


def dump(state):
    """The same, the description of the layers, and the user's text, which a file that holds it
    needs trust for."""
    files = resumption(state)
    layers = describe_layers(state)
    if layers is not None:
        files["layers.json"] = json.dumps(layers).encode()
    if state.code is None:
        return files, []
    files["user_code.py"] = state.code.text.encode()
    return files, ["user_code.py"]


def load(files):
    description = json.loads(bytes(files["network.json"]))
    config = description["config"]
    if "user_code.py" in files:
        config["user_code"] = bytes(files["user_code.py"]).decode()
    state = State(config, description["analysis_type"], description["n_variables"],
                  description["n_outputs"], read_code(config, may_be_empty=True))
    network.moments_from_lists(state, description)
    with keras_training.resources(config, needed=False):
        if "layers.json" in files:
            layers = json.loads(bytes(files["layers.json"]))
            check_description(layers, "the model", state.custom_objects)
            state.model = keras.saving.deserialize_keras_object(
                layers, custom_objects=state.custom_objects, safe_mode=True)
        else:
            make_model(state)
        tables = tensor_file.read(bytes(files["weights.safetensors"]))
        state.model.set_weights(keras_training.tables_named(tables, "weight"))
    state.n_columns, state.head = description["n_columns"], description["head"]
    return state
