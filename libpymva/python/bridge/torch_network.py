# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of PyTorch (1.12 or later): plain ones made of properties, and those of user code.

User code may define any of these; each takes the arguments it names, in any order, of those listed
(names it does not know are filled in this order):

    model(n_inputs, n_outputs)              -> torch.nn.Module
    criterion()                             -> loss (outputs, targets), or a loss itself
    optimizer(params, learning_rate, model) -> torch.optim.Optimizer, or its class
    train(model, inputs, targets, weights, validation_inputs, validation_targets,
          validation_weights, epochs, batch_size, criterion, optimizer, report)
                                            -> the trained module, or None if it is `model`
    predict(model, inputs, batch_size)      -> answers, events x outputs

Inputs are float32 tensors, standardised unless the property says not to. A two-class network has
one output (targets: 1 for the signal, else 0) or two (the first is the signal's; targets: class
numbers, 0 for the signal, or 1-of-n rows for losses that compare numbers). Outputs are logits,
unless a chain of layers ends with Sigmoid or Softmax. predict() gives probabilities, or the
regression's targets in the scale that the network was given.
"""

import json

# First, so that it is named where all is missing.
import torch
import numpy as np

from . import common, network, tensor_file, torch_layers, torch_training, user_code

USER_FUNCTIONS = ("model", "train", "predict", "criterion", "optimizer")


class State:
    """A network, trained or not, and what is needed to answer with it."""

    def __init__(self, config, analysis_type, n_variables, n_outputs, code):
        self.config = config
        self.analysis_type = analysis_type
        self.n_variables = n_variables
        # Classes or targets: what the data set has, not what the network gives.
        self.n_outputs = n_outputs
        self.code = code
        self.module = None
        self.n_columns = 0
        self.head = "none"
        self.input_moments = None
        self.output_moments = None
        self.metrics = {}

    @property
    def answers_itself(self):
        """Whether user code turns inputs into answers."""
        return self.code is not None and self.code.get("predict") is not None


def read_code(config):
    text = config.get("user_code") or ""
    if not text:
        return None
    filename = config.get("user_filename") or f"<{config.get('title', '')} user code>"
    return user_code.UserCode(text, filename, USER_FUNCTIONS)


def make_module(state):
    """The network before it has learnt, and what its outputs are, found with two trial events."""
    n_wanted = 1 if state.analysis_type == "classification" else state.n_outputs
    if state.code is not None and state.code.get("model") is not None:
        what = state.code.describe("model")
        module = state.code.call("model", {"n_inputs": state.n_variables, "n_outputs": n_wanted})
        if not isinstance(module, torch.nn.Module):
            raise TypeError(f"{what} gave a {type(module).__name__}; expected a torch.nn.Module")
    else:
        what = "the network"
        module = torch_layers.build(state.config, state.n_variables, n_wanted)
    take_module(state, module, what)


def take_module(state, module, what):
    """Makes a module the network, and finds what its outputs are."""
    state.module = module
    if state.answers_itself:
        state.n_columns = 1 if state.analysis_type == "classification" else state.n_outputs
        state.head = "none" if state.analysis_type == "regression" else "unknown"
        return
    module.eval()
    with torch.no_grad():
        outputs = module(torch.zeros(2, state.n_variables))
    state.n_columns = network.check_outputs(outputs, 2, state, what)
    set_head(state)


def set_head(state):
    if state.analysis_type == "regression":
        state.head = "none"
        return
    wanted = "sigmoid" if state.n_columns == 1 else "softmax"
    done = torch_layers.last_activation(state.module)
    state.head = f"{wanted}-done" if done == wanted else wanted


def split(config, data, state):
    """Mixes the training events, and parts them in those to learn from and those that judge."""
    order = torch.randperm(len(data["inputs"])).numpy()
    return [torch_training.Events(torch.from_numpy(inputs), torch.from_numpy(targets),
                                  None if weights is None else torch.from_numpy(weights))
            for inputs, targets, weights in network.split(config, data, state, order)]


def shape_targets(events, state, takes_numbers):
    """Gives the targets the form that the loss compares with the network's outputs."""
    if state.analysis_type == "regression":
        return
    labels = events.targets
    if state.n_columns == 1:
        events.targets = (labels == 0).to(torch.float32).unsqueeze(1)
    elif not takes_numbers:
        events.targets = torch.nn.functional.one_hot(labels, state.n_columns).to(torch.float32)


def choose_loss(config, state):
    code = state.code
    if code is None or code.get("criterion") is None:
        head = state.head
        if head == "unknown":
            head = "sigmoid" if state.n_columns == 1 else "softmax"
        return torch_training.new_loss(config.get("loss", "auto"), head)
    what = code.describe("criterion")
    criterion = code.get("criterion")
    if not isinstance(criterion, torch.nn.Module) and n_required(criterion) == 0:
        criterion = criterion()
    if not callable(criterion):
        raise TypeError(f"{what} gave a {type(criterion).__name__}; expected a loss, that is "
                        "something to call with outputs and targets")
    return torch_training.wrap_criterion(criterion, what)


def n_required(function):
    """How many arguments a function cannot do without."""
    code = getattr(function, "__code__", None)
    if code is None:
        return 0
    return code.co_argcount - len(function.__defaults__ or ())


def choose_optimizer(config, state):
    code = state.code
    parameters = [parameter for parameter in state.module.parameters() if parameter.requires_grad]
    if code is None or code.get("optimizer") is None:
        return torch_training.new_optimizer(config, parameters)
    rate = float(config.get("learning_rate", 0.001))
    what = code.describe("optimizer")
    optimizer = code.get("optimizer")
    if isinstance(optimizer, type):
        optimizer = optimizer(parameters, lr=rate)
    else:
        optimizer = code.call("optimizer", {"params": parameters, "learning_rate": rate,
                                            "model": state.module})
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"{what} gave a {type(optimizer).__name__}; "
                        "expected a torch.optim.Optimizer")
    return optimizer


def train(state, training, validation, report):
    config = state.config
    loss, takes_numbers = choose_loss(config, state)
    for events in (training, validation):
        shape_targets(events, state, takes_numbers)
    own_training = state.code is not None and state.code.get("train") is not None
    if own_training:
        offers = {
            "model": state.module, "inputs": training.inputs, "targets": training.targets,
            "weights": training.weights, "validation_inputs": validation.inputs,
            "validation_targets": validation.targets, "validation_weights": validation.weights,
            "epochs": int(config.get("epochs", 20)),
            "batch_size": int(config.get("batch_size", 100)),
            "criterion": lambda outputs, targets, weights=None: loss(outputs, targets, weights),
            "optimizer": choose_optimizer(config, state), "report": report,
        }
        trained = state.code.call("train", offers)
        what = state.code.describe("train")
        if trained is None:
            return
        if not isinstance(trained, torch.nn.Module):
            raise TypeError(f"{what} gave a {type(trained).__name__}; expected the trained "
                            "torch.nn.Module, or None")
        # It may be another module than the one before, of other outputs.
        take_module(state, trained, what)
        return
    loop = torch_training.Loop(config, state.module, loss, choose_optimizer(config, state),
                               training, validation, report)
    state.metrics = loop.run()


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    names = data["targets"] if analysis_type == "regression" else data["classes"]
    # The module, the mixing and the batches are random, and nobody else's random numbers change.
    with torch.random.fork_rng(devices=[]), torch.enable_grad(), \
            torch_training.threads(common.n_threads_of(config)):
        torch.manual_seed(int(config.get("seed", 0)))
        state = State(config, analysis_type, np.asarray(data["inputs"]).shape[1], len(names),
                      read_code(config))
        training, validation = split(config, data, state)
        make_module(state)
        train(state, training, validation, report)
        state.module.eval()
    return state


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    n_wanted = 1 if state.analysis_type == "classification" else state.n_outputs
    parts = [np.empty((0, n_wanted), dtype=np.float32)]
    with torch.inference_mode(), torch_training.threads(common.n_threads_of(state.config)):
        for first in range(0, len(inputs), network.ANSWER_ROWS):
            rows = inputs[first:first + network.ANSWER_ROWS]
            rows = network.standardise(rows, state.input_moments)
            parts.append(answer(state, torch.from_numpy(rows)))
    return np.concatenate(parts)


def answer(state, inputs):
    """The answers for one block of standardised inputs."""
    if state.answers_itself:
        what = state.code.describe("predict")
        outputs = state.code.call("predict", {"model": state.module, "inputs": inputs,
                                              "batch_size": len(inputs)})
        if isinstance(outputs, (list, tuple)):
            outputs = np.asarray(outputs)
        network.check_outputs(outputs, len(inputs), state, what)
        if not isinstance(outputs, torch.Tensor):
            outputs = torch.as_tensor(np.asarray(outputs))
    else:
        outputs = state.module(inputs)
        network.check_outputs(outputs, len(inputs), state, "the network")
        outputs = torch_training.apply_head(outputs, state.head)
    # NumPy has no half precision of torch's, and user code may have put the answers elsewhere.
    return network.finish_answers(outputs.detach().cpu().double().numpy(), state)


def to_native(state):
    if state.answers_itself:
        return None
    found = torch_layers.describe(state.module)
    if found is None:
        return None
    head = state.head if state.head in ("sigmoid", "softmax") else "none"
    return network.describe(*found, head, state)


def importance(state):
    """A network has no figure of this kind of its own."""
    return None


def provenance(state):
    found = {"framework": "torch", "torch": torch.__version__, "numpy": np.__version__}
    found.update((name, value) for name, value in state.metrics.items() if name != "epoch")
    return found


def dump(state):
    """The network as tables, and the user's text, which a file that holds it needs trust for."""
    description = {
        "analysis_type": state.analysis_type, "n_variables": state.n_variables,
        "n_outputs": state.n_outputs,
        "config": {key: value for key, value in state.config.items() if key != "user_code"},
    }
    description.update(network.moments_to_lists(state))
    tables = {name: torch_layers.numpy_of(table)
              for name, table in state.module.state_dict().items()}
    files = {"network.json": json.dumps(description).encode(),
             "weights.safetensors": tensor_file.write(tables)}
    if state.code is None:
        return files, []
    files["user_code.py"] = state.code.text.encode()
    return files, ["user_code.py"]


def load(files):
    description = json.loads(bytes(files["network.json"]))
    config = dict(description["config"])
    if "user_code.py" in files:
        config["user_code"] = bytes(files["user_code.py"]).decode()
    state = State(config, description["analysis_type"], description["n_variables"],
                  description["n_outputs"], read_code(config))
    network.moments_from_lists(state, description)
    make_module(state)
    tables = tensor_file.read(bytes(files["weights.safetensors"]))
    state.module.load_state_dict({name: torch.from_numpy(table)
                                  for name, table in tables.items()})
    state.module.eval()
    return state
