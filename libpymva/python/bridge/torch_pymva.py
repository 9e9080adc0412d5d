# SPDX-License-Identifier: LGPL-2.1-or-later
"""Training with PyMVA's functions, as its dictionary `load_model_custom_objects` gives them.

    train_func(model, train_loader, val_loader, num_epochs, batch_size, optimizer, criterion,
               save_best, scheduler) -> the trained model

Targets are rows of 0 and 1, one column per class, the signal first; or the targets of a
regression. `optimizer` is a class (torch.optim.SGD where there is none), to be called with the
model's parameters. `scheduler` is (schedule, steps), or (None, None) without a schedule:
schedule(optimizer, epoch, steps) sets the learning rate of that optimizer where the steps name the
epoch. The functions of PyMVA's tutorials hand over the class, and mean what they have made with
it; so does this.

Each batch of the loaders is (inputs, targets), as PyMVA has it. Event weights reach the training
through `criterion`: it weighs the events of the batch that was loaded last. `weights` of the
loaders has them, too, in the order of the batches, for who needs them.
"""

import torch
from torch.utils.data import DataLoader, TensorDataset

from . import network, torch_training, torch_user


class Course:
    """Watches a training of the user's through what it uses: loaders, loss and optimizer."""

    def __init__(self, n_epochs, report):
        self.n_epochs = n_epochs
        self.report = report
        self.epoch = -1
        self.part = None
        self.weights = None
        self.sums = {}
        self.optimizers = []
        self.loss_was_asked = False

    def begin_pass(self, is_training):
        if is_training:
            self.end_epoch()
            self.epoch += 1
        self.part = "training_loss" if is_training else "validation_loss"

    def begin_batch(self, weights, share):
        self.report.check()
        self.weights = weights
        if self.part == "training_loss":
            self.report.progress(min(1.0, (self.epoch + share) / self.n_epochs))

    def end_epoch(self):
        """Tells what became of an epoch, which ends where the next one begins."""
        if self.epoch < 0:
            return {}
        metrics = {"epoch": self.epoch + 1}
        metrics.update((name, total / count) for name, (total, count) in self.sums.items())
        if self.optimizers:
            metrics["learning_rate"] = float(self.optimizers[-1].param_groups[0]["lr"])
        self.sums = {}
        self.report.iteration(self.epoch, metrics)
        return metrics

    def add_loss(self, value, n_events):
        self.loss_was_asked = True
        if self.part is not None and isinstance(value, torch.Tensor) and value.numel() == 1:
            total, count = self.sums.get(self.part, (0.0, 0))
            self.sums[self.part] = (total + value.item() * n_events, count + n_events)


class Loader(DataLoader):
    """Batches of (inputs, targets) in the order of the events, cut from what is in memory."""

    def __init__(self, events, batch_size, course, is_training):
        super().__init__(TensorDataset(events.inputs, events.targets), batch_size=batch_size)
        self.weights = events.weights
        self.events = events
        self.course = course
        self.is_training = is_training

    def __iter__(self):
        n_events = len(self.events)
        self.course.begin_pass(self.is_training)
        for first in range(0, n_events, self.batch_size):
            inputs, targets, weights = self.events.take(slice(first, first + self.batch_size))
            self.course.begin_batch(weights, first / n_events)
            yield inputs, targets


class Criterion:
    """The user's loss, with the weights of the events that were loaded last."""

    def __init__(self, criterion, what, course):
        self._criterion = criterion
        self._weighted = torch_training.wrap_criterion(criterion, what)[0]
        self._course = course
        self._what = what

    def __getattr__(self, name):
        return getattr(self._criterion, name)

    def __call__(self, outputs, targets):
        weights = self._course.weights
        if weights is None:
            value = self._criterion(outputs, targets)
        elif len(outputs) != len(weights):
            raise ValueError(f"{self._what} was asked for the loss of {len(outputs)} events, while "
                             f"the batch that was loaded last has {len(weights)}: whose weights "
                             "they have is not known; ask for the loss of each batch as it is")
        else:
            value = self._weighted(outputs, targets, weights)
        self._course.add_loss(value, len(outputs))
        return value


class Best:
    """The network of the smallest validation loss, as `save_best` was told."""

    def __init__(self):
        self.module = None
        self.tables = None

    def save(self, model, curr_val, best_val, save_path=None):
        if best_val is not None and not curr_val <= best_val:
            return best_val
        self.module = model
        self.tables = torch_training.copy_tables(model)
        return curr_val


def remember(optimizer, made):
    """The class or function again, with a list of the optimizers that it makes."""
    if isinstance(optimizer, torch.optim.Optimizer):
        made.append(optimizer)
        return optimizer
    if not isinstance(optimizer, type):
        def make(*args, **kwargs):
            made.append(optimizer(*args, **kwargs))
            return made[-1]

        return make

    class Remembered(optimizer):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append(self)

    Remembered.__name__ = optimizer.__name__
    Remembered.__qualname__ = optimizer.__qualname__
    Remembered.__module__ = optimizer.__module__
    return Remembered


def new_scheduler(config, given, made):
    """PyMVA's pair (schedule, steps). `given` is what the user's function has for an optimizer."""
    steps = network.parse_schedule(config.get("learning_rate_schedule", ""))
    if not steps:
        return None, None

    def schedule(optimizer, epoch, schedulerSteps=steps):
        optimizers = made if optimizer is given else [optimizer]
        for each in optimizers:
            torch_training.set_rate(each, schedulerSteps, epoch)

    return schedule, steps


def train(state, training, validation, report):
    """Lets `train_func` do it; returns the trained network, and the last figures."""
    config = state.config
    what = state.code.describe("train")
    torch_user.check_loop_settings(config, what)
    if not len(validation):
        raise ValueError(f"{what} needs events that judge the training; set validation-size")
    if not state.defines("criterion"):
        raise ValueError(f"{state.code.describe('criterion')} is missing; give a loss, such as "
                         "torch.nn.MSELoss()")
    if state.analysis_type != "regression":
        for events in (training, validation):
            events.make_one_of_n(state.n_outputs)

    n_epochs = int(config.get("epochs", 20))
    batch_size = int(config.get("batch_size", 100))
    course = Course(n_epochs, report)
    best = Best()
    optimizer = remember(state.code.get("optimizer") or torch.optim.SGD, course.optimizers)
    trained = state.code.call("train", {
        "model": state.module,
        "train_loader": Loader(training, batch_size, course, True),
        "val_loader": Loader(validation, batch_size, course, False),
        "num_epochs": n_epochs, "batch_size": batch_size, "optimizer": optimizer,
        "criterion": Criterion(torch_user.choose_criterion(state),
                               state.code.describe("criterion"), course),
        "save_best": best.save if config.get("save_best_only", True) else None,
        "scheduler": new_scheduler(config, optimizer, course.optimizers),
    })
    metrics = course.end_epoch()
    report.progress(1.0)
    if training.weights is not None and not course.loss_was_asked:
        raise ValueError(f"{what} never asked its argument “criterion” for a loss, so the weights "
                         "of the events were lost; let it do that, or give all events the same "
                         "weight")
    if best.module is not None:
        best.module.load_state_dict(best.tables)
        return best.module, metrics
    if trained is None:
        return state.module, metrics
    torch_user.check_module(trained, what)
    return trained, metrics
