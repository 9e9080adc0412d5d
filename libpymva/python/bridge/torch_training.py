# SPDX-License-Identifier: LGPL-2.1-or-later
"""The training loop of torch networks, and the parts it is made of: loss, optimizer, schedule."""

import copy
import math
import time

import torch
from torch import nn
from torch.nn import functional

from . import network

OPTIMIZERS = ("sgd", "adam", "adamw")
# Losses of torch that take the number of the right column; others take what the outputs should be.
TAKES_CLASS_NUMBERS = (nn.CrossEntropyLoss, nn.NLLLoss, nn.MultiMarginLoss)


def set_rate(optimizer, schedule, epoch):
    """Sets the learning rate to that of the schedule where it names the epoch, from 0 on."""
    if epoch in schedule:
        for group in optimizer.param_groups:
            group["lr"] = float(schedule[epoch])


def copy_tables(module):
    """What a module has learnt, which later training does not change."""
    return {name: table.detach().clone() for name, table in module.state_dict().items()}


def new_optimizer(config, parameters):
    rate = float(config.get("learning_rate", 0.001))
    decay = float(config.get("weight_decay", 0.0))
    momentum = float(config.get("momentum", 0.0))
    name = str(config.get("optimizer", "adam")).strip().lower()
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=decay)
    if name == "adam":
        return torch.optim.Adam(parameters, lr=rate, weight_decay=decay)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=rate, weight_decay=decay)
    raise ValueError(f"optimizer is “{config['optimizer']}”; it may be "
                     + ", ".join(f"“{word}”" for word in OPTIMIZERS))


def weighted_mean(losses, weights):
    """The mean over the events; weights have the mean 1 over all training events."""
    if losses.dim() > 1:
        losses = losses.flatten(1).mean(1)
    return losses.mean() if weights is None else (losses * weights).mean()


def new_loss(word, head):
    """(loss, takes_numbers) for the outputs of a network. The loss takes outputs, targets and
    weights (or None); it wants class numbers as targets where takes_numbers says so.

    head: what makes answers of the outputs: "sigmoid" or "softmax"; "sigmoid-done" or
    "softmax-done" where the network does it itself; "none" for regression."""
    kind = head.partition("-")[0]
    word = network.choose_loss(word, kind)

    if word == "binary-cross-entropy":
        return averaged(functional.binary_cross_entropy if head.endswith("-done")
                        else functional.binary_cross_entropy_with_logits), False
    if word == "cross-entropy":
        return averaged(entropy_of_shares if head.endswith("-done")
                        else functional.cross_entropy), True

    distance = {"mean-squared-error": functional.mse_loss,
                "mean-absolute-error": functional.l1_loss,
                "huber": functional.huber_loss}[word]
    if kind == "none" or head.endswith("-done"):
        return averaged(distance), False
    return averaged(lambda outputs, targets, reduction: distance(
        apply_head(outputs, head), targets, reduction=reduction)), False


def entropy_of_shares(outputs, targets, reduction):
    """Cross entropy where the network gives shares that sum to 1, and not logits."""
    return functional.nll_loss(outputs.clamp_min(1e-12).log(), targets, reduction=reduction)


def averaged(losses_of):
    """A loss of torch's, averaged over the events by their weights."""
    def loss(outputs, targets, weights):
        if weights is None:
            return losses_of(outputs, targets, reduction="mean")
        return weighted_mean(losses_of(outputs, targets, reduction="none"), weights)

    return loss


def wrap_criterion(criterion, what):
    """The same for a loss of the user's, which must not lose the events' weights."""
    if getattr(criterion, "reduction", None) in ("mean", "sum"):
        criterion = copy.copy(criterion)
        criterion.reduction = "none"

    def loss(outputs, targets, weights):
        losses = criterion(outputs, targets)
        if not isinstance(losses, torch.Tensor):
            raise TypeError(f"{what} gave a {type(losses).__name__}; expected a torch.Tensor")
        if losses.dim() > 0 and len(losses) == len(outputs):
            return weighted_mean(losses, weights)
        if losses.numel() != 1:
            raise ValueError(f"{what} gave a tensor of shape {tuple(losses.shape)} for "
                             f"{len(outputs)} events; expected one number, or one per event")
        if weights is not None:
            raise ValueError(f"{what} gave one number for {len(outputs)} events, so their weights "
                             "would be lost; let it give one number per event "
                             "(reduction=\"none\")")
        return losses.reshape(())

    return loss, isinstance(criterion, TAKES_CLASS_NUMBERS)


def apply_head(outputs, head):
    """The answers that the outputs of a network stand for."""
    if head == "sigmoid":
        return torch.sigmoid(outputs)
    if head == "softmax":
        return torch.softmax(outputs, 1)
    return outputs


class Events:
    """Inputs, targets and weights of some events, in memory."""

    def __init__(self, inputs, targets, weights):
        self.inputs = inputs
        self.targets = targets
        self.weights = weights

    def __len__(self):
        return len(self.inputs)

    def take(self, rows):
        return (self.inputs[rows], self.targets[rows],
                None if self.weights is None else self.weights[rows])

    def make_one_of_n(self, n_classes):
        """Makes rows of 0 and 1 of the class numbers."""
        self.targets = functional.one_hot(self.targets, n_classes).to(torch.float32)


def batch_bounds(n_events, batch_size, fewest):
    """Where batches end. A rest of fewer than `fewest` events joins the batch before it."""
    bounds = list(range(batch_size, n_events, batch_size)) + [n_events]
    if len(bounds) > 1 and bounds[-1] - bounds[-2] < fewest:
        del bounds[-2]
    return bounds


def mean_loss(module, loss, events, report):
    """The loss over all events, with the network as it answers."""
    module.eval()
    total = 0.0
    with torch.no_grad():
        for first in range(0, len(events), network.ANSWER_ROWS):
            report.check()
            inputs, targets, weights = events.take(slice(first, first + network.ANSWER_ROWS))
            total += float(loss(module(inputs), targets, weights)) * len(inputs)
    module.train()
    return total / len(events)


class Loop:
    """Trains a network epoch by epoch."""

    def __init__(self, config, module, loss, optimizer, training, validation, report):
        self.module = module
        self.loss = loss
        self.optimizer = optimizer
        self.training = training
        self.validation = validation
        self.report = report
        self.n_epochs = int(config.get("epochs", 20))
        self.batch_size = int(config.get("batch_size", 100))
        self.patience = int(config.get("early_stopping", 0))
        self.save_best_only = bool(config.get("save_best_only", True))
        self.clipping = float(config.get("gradient_clipping", 0.0))
        self.schedule = network.parse_schedule(config.get("learning_rate_schedule", ""))
        # One event has no variance, which batch normalisation divides by.
        normalised = any(isinstance(layer, nn.BatchNorm1d) for layer in module.modules())
        fewest = 2 if normalised else 1
        if min(self.batch_size, len(training)) < fewest:
            raise ValueError(f"batch-size is {self.batch_size} and there are {len(training)} "
                             "training events; batch normalisation needs at least 2 at once")
        self.bounds = batch_bounds(len(training), self.batch_size, fewest)
        self.next_report = 0.0
        if self.patience > 0 and not len(validation):
            raise ValueError("early-stopping needs validation events: set validation-size")

    def run(self):
        """Trains; returns the last metrics."""
        best_loss = math.inf
        best_epoch = 0
        best_tables = None
        metrics = {}
        for epoch in range(self.n_epochs):
            set_rate(self.optimizer, self.schedule, epoch)
            metrics = {"epoch": epoch + 1, "training_loss": self.train_epoch(epoch)}
            if len(self.validation):
                metrics["validation_loss"] = mean_loss(self.module, self.loss, self.validation,
                                                       self.report)
            metrics["learning_rate"] = float(self.optimizer.param_groups[0]["lr"])
            watched = metrics.get("validation_loss", metrics["training_loss"])
            network.check_loss(watched, epoch, metrics["learning_rate"])
            if watched < best_loss:
                best_loss, best_epoch = watched, epoch
                if len(self.validation) and self.save_best_only:
                    best_tables = copy_tables(self.module)
            self.report.iteration(epoch, metrics)
            self.report.progress((epoch + 1) / self.n_epochs)
            if self.patience > 0 and epoch - best_epoch >= self.patience:
                break
        metrics["best_epoch"] = best_epoch + 1
        if best_tables is not None:
            self.module.load_state_dict(best_tables)
        return metrics

    def train_epoch(self, epoch):
        """Learns from each event once; returns the mean loss on the way."""
        n_events = len(self.training)
        order = torch.randperm(n_events)
        total = 0.0
        first = 0
        self.module.train()
        for end in self.bounds:
            self.report.check()
            inputs, targets, weights = self.training.take(order[first:end])
            self.optimizer.zero_grad()
            value = self.loss(self.module(inputs), targets, weights)
            value.backward()
            if self.clipping > 0.0:
                nn.utils.clip_grad_norm_(self.module.parameters(), self.clipping)
            self.optimizer.step()
            total += value.item() * (end - first)
            first = end
            self.report_progress((epoch + end / n_events) / self.n_epochs)
        return total / n_events

    def report_progress(self, fraction):
        now = time.monotonic()
        if now >= self.next_report:
            self.report.progress(fraction)
            self.next_report = now + network.REPORT_SECONDS
