# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of PyTorch (1.12 or later): plain ones made of properties, and those of user code.

User code may define any of these; each takes the arguments it names, in any order, of those listed
(names it does not know are filled in this order):

    model(n_inputs, n_outputs)              -> torch.nn.Module, or the module itself
    criterion()                             -> loss (outputs, targets), or a loss itself
    optimizer(params, learning_rate, model) -> torch.optim.Optimizer, or its class
    train(model, inputs, targets, weights, validation_inputs, validation_targets,
          validation_weights, epochs, batch_size, criterion, optimizer, report, schedule)
                                            -> the trained module, or None if it is `model`
    predict(model, inputs, batch_size)      -> answers, events x outputs

or PyMVA's dictionary `load_model_custom_objects`, see torch_pymva.py.

Inputs are float32 tensors, standardised unless the property says not to, or they were transformed.
A two-class network has one output (targets: 1 for the signal, else 0) or two (the first is the
signal's; targets: class numbers, 0 for the signal, or 1-of-n rows for losses that compare
numbers). Outputs are logits, unless a chain of layers ends with Sigmoid or Softmax. predict()
gives probabilities, or the regression's targets in the scale that the network was given.
"""

import json

# First, so that it is named where all is missing.
import torch
import numpy as np

from . import common, network, tensor_file, torch_layers, torch_pymva, torch_runtime
from . import torch_script, torch_training, torch_user

# Of this computer and of one training, not of the network.
LOCAL_SETTINGS = ("user_code", "model_file", "model_sha256", "trust_model_file", "tensorboard",
                  "continue_training")


class State(network.State):
    module = None

    @property
    def answers_itself(self):
        """Whether user code turns inputs into answers."""
        return self.defines("predict")


def make_module(state):
    """The network before it has learnt, and what its outputs are, found with two trial events."""
    config = state.config
    what = "the network"
    if config.get("model_file"):
        what = f"model-file “{config['model_file']}”"
        module = torch_script.read_file(config)
    elif state.defines("model"):
        module, what = torch_user.make_module(state)
    elif state.defines("train") and state.code.is_pymva:
        raise ValueError(f"{state.code.describe('train')} needs a network; set model-file, or let "
                         "the code define “model”")
    else:
        module = torch_layers.build(config, state.n_variables, state.n_answers)
    take_module(state, module, what)


def take_module(state, module, what):
    """Makes a module the network, and finds what its outputs are."""
    state.module = module
    if state.answers_itself and state.defines("train"):
        # Only these functions of the user's need to know.
        state.n_columns = state.n_answers
        state.head = "none" if state.analysis_type == "regression" else "unknown"
        return
    module.eval()
    with torch.no_grad():
        outputs = module(torch.zeros(2, state.n_variables,
                                     device=torch_runtime.device_of(module)))
    state.n_columns = network.check_outputs(outputs, 2, state, what)
    set_head(state)


def set_head(state):
    if state.analysis_type == "regression":
        state.head = "none"
        return
    wanted = "sigmoid" if state.n_columns == 1 else "softmax"
    done = torch_layers.last_activation(state.module)
    state.head = f"{wanted}-done" if done == wanted else wanted


def split(config, data, state, device, continued):
    """Mixes the training events, and parts them in those to learn from and those that judge."""
    order = torch.randperm(len(data["inputs"])).numpy()
    parts = []
    for arrays in network.split(config, data, state, order, continued):
        parts.append(torch_training.Events(*(None if array is None
                                             else torch.from_numpy(array).to(device)
                                             for array in arrays)))
    return parts


def shape_targets(events, state, takes_numbers):
    """Gives the targets the form that the loss compares with the network's outputs."""
    if state.analysis_type == "regression":
        return
    if state.n_columns == 1:
        events.targets = (events.targets == 0).to(torch.float32).unsqueeze(1)
    elif not takes_numbers:
        events.make_one_of_n(state.n_columns)


def fill_module(state, tables):
    try:
        state.module.load_state_dict({name: torch.from_numpy(table)
                                      for name, table in tables.items()})
    except RuntimeError as error:
        reason = " ".join(line.strip() for line in str(error).splitlines()[1:3])
        raise ValueError("what was learnt before was learnt by a network of other layers: "
                         f"{reason}") from error


def train(state, training, validation, report):
    """Trains the state's network, or puts another one in its place."""
    config = state.config
    if state.defines("train") and state.code.is_pymva:
        trained, state.metrics = torch_pymva.train(state, training, validation, report)
    else:
        loss, takes_numbers = torch_user.choose_loss(config, state)
        for events in (training, validation):
            shape_targets(events, state, takes_numbers)
        if not state.defines("train"):
            state.metrics = torch_training.Loop(
                config, state.module, loss, torch_user.choose_optimizer(config, state), training,
                validation, report).run()
            return
        trained = torch_user.train(state, loss, training, validation, report)
    if trained is not None and trained is not state.module:
        # It may have other outputs than the one before.
        take_module(state, trained, state.code.describe("train"))


def fit(config, data, report):
    analysis_type = data["analysis_type"]
    names = data["targets"] if analysis_type == "regression" else data["classes"]
    device = torch_runtime.choose_device(config)
    # The module, the mixing and the batches are random, and nobody else's random numbers change.
    with torch_runtime.seeded(config, device), torch.enable_grad(), \
            torch_runtime.threads(common.n_threads_of(config)), \
            torch_runtime.logged(config, report) as log:
        state = State(config, analysis_type, np.asarray(data["inputs"]).shape[1], len(names),
                      torch_user.read_code(config))
        earlier = network.take_up(state, data, resumption)
        training, validation = split(config, data, state, device, earlier is not None)
        make_module(state)
        if earlier is not None:
            fill_module(state, earlier[1])
        state.module.to(device)
        train(state, training, validation, log)
        state.module.eval()
        if state.answers_itself and state.code.is_pymva:
            # PyMVA's predict_func gets an array, and knows of no devices.
            state.module.to("cpu")
    return state


def predict(state, inputs):
    inputs = common.check_inputs(inputs, state.n_variables)
    parts = [np.empty((0, state.n_answers), dtype=np.float32)]
    # Not inference_mode(), whose tensors TorchScript and code of the user's may not take.
    with torch.no_grad(), torch_runtime.threads(common.n_threads_of(state.config)):
        for first in range(0, len(inputs), network.ANSWER_ROWS):
            rows = inputs[first:first + network.ANSWER_ROWS]
            parts.append(answer(state, network.standardise(rows, state.input_moments)))
    return np.concatenate(parts)


def answer(state, rows):
    """The answers for one block of standardised inputs."""
    inputs = torch.from_numpy(rows).to(torch_runtime.device_of(state.module))
    if not state.answers_itself:
        outputs = state.module(inputs)
        network.check_outputs(outputs, len(rows), state, "the network")
        outputs = torch_training.apply_head(outputs, state.head)
    else:
        name, given = ("test_X", rows) if state.code.is_pymva else ("inputs", inputs)
        outputs = state.code.call("predict", {"model": state.module, name: given,
                                              "batch_size": len(rows)})
        if isinstance(outputs, (list, tuple)):
            outputs = np.asarray(outputs)
        network.check_outputs(outputs, len(rows), state, state.code.describe("predict"))
        if not isinstance(outputs, torch.Tensor):
            outputs = torch.as_tensor(np.asarray(outputs))
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


def resumption(state):
    """The network as tables, without code."""
    description = network.describe_state(state, LOCAL_SETTINGS)
    tables = {name: torch_layers.numpy_of(table)
              for name, table in state.module.state_dict().items()}
    return {"network.json": json.dumps(description).encode(),
            "weights.safetensors": tensor_file.write(tables)}


def dump(state):
    """The network as tables, and the user's text, and the network where it is in TorchScript: a
    file that holds one of these needs trust."""
    files = resumption(state)
    executable = {}
    if state.code is not None:
        executable["user_code.py"] = state.code.text.encode()
    if torch_script.is_script(state.module):
        executable["network.pt"] = torch_script.write(state.module)
    files.update(executable)
    return files, list(executable)


def load(files):
    description = json.loads(bytes(files["network.json"]))
    config = dict(description["config"])
    if "user_code.py" in files:
        config["user_code"] = bytes(files["user_code.py"]).decode()
    state = State(config, description["analysis_type"], description["n_variables"],
                  description["n_outputs"], torch_user.read_code(config))
    network.moments_from_lists(state, description)
    if "network.pt" in files:
        take_module(state, torch_script.read(files["network.pt"]), "the network")
    else:
        make_module(state)
        fill_module(state, tensor_file.read(bytes(files["weights.safetensors"])))
    if not (state.answers_itself and state.code.is_pymva):
        state.module.to(torch_runtime.choose_device(config, needed=False))
    state.module.eval()
    return state
