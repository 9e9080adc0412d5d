# SPDX-License-Identifier: LGPL-2.1-or-later
"""What user code gives a torch network: functions, or PyMVA's dictionary of them."""

import torch

from . import network, torch_training, user_code

CUSTOM_OBJECTS = "load_model_custom_objects"
FUNCTIONS = ("model", "train", "predict", "criterion", "optimizer")
# Our names for what PyMVA's dictionary has under its own.
KEYS = {"train": "train_func", "predict": "predict_func", "criterion": "criterion",
        "optimizer": "optimizer"}


class Functions(user_code.UserCode):
    """What a text defines, whichever way it does. Where there is PyMVA's dictionary, what else is
    called `train`, `predict`, `criterion` or `optimizer` is the text's own affair."""

    def __init__(self, text, filename):
        super().__init__(text, filename, FUNCTIONS, (CUSTOM_OBJECTS,))
        self.custom = super().get(CUSTOM_OBJECTS)
        if self.custom is None:
            return
        what = f"{CUSTOM_OBJECTS} of “{filename}”"
        if not isinstance(self.custom, dict):
            raise TypeError(f"{what} is a {type(self.custom).__name__}; expected a dict")
        unknown = [str(key) for key in self.custom if key not in KEYS.values()]
        if unknown:
            raise ValueError(f"{what} has the key “{unknown[0]}”; it may have "
                             + ", ".join(f"“{key}”" for key in KEYS.values()))

    @property
    def is_pymva(self):
        return self.custom is not None

    def get(self, name):
        if self.is_pymva and name in KEYS:
            return self.custom.get(KEYS[name])
        return super().get(name)

    def describe(self, name):
        if self.is_pymva and name in KEYS:
            return f"“{KEYS[name]}” of {CUSTOM_OBJECTS} in “{self.filename}”"
        return super().describe(name)


def read_code(config):
    text = config.get("user_code") or ""
    if not text:
        return None
    filename = config.get("user_filename") or f"<{config.get('title', '')} user code>"
    return Functions(text, filename)


def make_module(state):
    """(network, what it is): that of `model`, which is a function or a network itself."""
    what = state.code.describe("model")
    module = state.code.get("model")
    if not isinstance(module, torch.nn.Module):
        # PyMVA's networks have an output for each class.
        single = state.analysis_type == "classification" and not state.code.is_pymva
        module = state.code.call("model", {"n_inputs": state.n_variables,
                                           "n_outputs": 1 if single else state.n_outputs})
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"{what} gave a {type(module).__name__}; expected a torch.nn.Module")
    return module, what


def choose_criterion(state):
    """The loss of user code, which gives one or is one."""
    what = state.code.describe("criterion")
    criterion = state.code.get("criterion")
    if not isinstance(criterion, torch.nn.Module) and n_required(criterion) == 0:
        criterion = criterion()
    if not callable(criterion):
        raise TypeError(f"{what} gave a {type(criterion).__name__}; expected a loss, that is "
                        "something to call with outputs and targets")
    return criterion


def choose_loss(config, state):
    if state.defines("criterion"):
        return torch_training.wrap_criterion(choose_criterion(state),
                                             state.code.describe("criterion"))
    head = state.head
    if head == "unknown":
        head = "sigmoid" if state.n_columns == 1 else "softmax"
    return torch_training.new_loss(config.get("loss", "auto"), head)


def n_required(function):
    """How many arguments a function cannot do without."""
    code = getattr(function, "__code__", None)
    if code is None:
        return 0
    return code.co_argcount - len(function.__defaults__ or ())


def choose_optimizer(config, state):
    parameters = [parameter for parameter in state.module.parameters() if parameter.requires_grad]
    if not state.defines("optimizer"):
        return torch_training.new_optimizer(config, parameters)
    rate = float(config.get("learning_rate", 0.001))
    what = state.code.describe("optimizer")
    optimizer = state.code.get("optimizer")
    if isinstance(optimizer, type):
        optimizer = optimizer(parameters, lr=rate)
    else:
        optimizer = state.code.call("optimizer", {"params": parameters, "learning_rate": rate,
                                                  "model": state.module})
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"{what} gave a {type(optimizer).__name__}; "
                        "expected a torch.optim.Optimizer")
    return optimizer


def check_loop_settings(config, what):
    """Refuses what only the loop of this package does, and would be lost in another's."""
    for name, off in (("early_stopping", 0), ("gradient_clipping", 0.0)):
        if config.get(name, off) > off:
            raise ValueError(f"{name.replace('_', '-')} is {config[name]}, which {what} would not "
                             "know of; do it there, and leave the property at 0")


def check_module(module, what):
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"{what} gave a {type(module).__name__}; expected the trained "
                        "torch.nn.Module, or None")


def train(state, loss, training, validation, report):
    """Lets `train` of user code do it; returns the trained network, or None where it is the one
    that was given."""
    config = state.config
    what = state.code.describe("train")
    check_loop_settings(config, what)
    optimizer = choose_optimizer(config, state)
    schedule = network.parse_schedule(config.get("learning_rate_schedule", ""))
    if schedule and not state.code.takes("train", "schedule"):
        raise ValueError(f"learning-rate-schedule is “{config['learning_rate_schedule']}”, which "
                         f"{what} would not know of; let it take “schedule”, and call that with "
                         "the number of each epoch as it begins, from 0 on")
    offers = {
        "model": state.module, "inputs": training.inputs, "targets": training.targets,
        "weights": training.weights, "validation_inputs": validation.inputs,
        "validation_targets": validation.targets, "validation_weights": validation.weights,
        "epochs": int(config.get("epochs", 20)),
        "batch_size": int(config.get("batch_size", 100)),
        "criterion": lambda outputs, targets, weights=None: loss(outputs, targets, weights),
        "optimizer": optimizer, "report": report,
        "schedule": lambda epoch: torch_training.set_rate(optimizer, schedule, epoch),
    }
    state.code.check_given_weights("train", offers)
    trained = state.code.call("train", offers)
    if trained is not None:
        check_module(trained, what)
    return trained
