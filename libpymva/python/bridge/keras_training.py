# SPDX-License-Identifier: LGPL-2.1-or-later
"""How networks of Keras learn: loss, optimizer, random numbers, and what happens between epochs."""

import contextlib
import math
import random
import time

import numpy as np

from . import common, network
from .keras_module import keras

OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop", "nadam")


@contextlib.contextmanager
def random_numbers(seed):
    """Seeds what keras.utils.set_random_seed() seeds beside the backend's numbers, and gives others
    theirs back."""
    states = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


@contextlib.contextmanager
def resources(config, needed=True):
    """Where Keras computes, with how many threads and which random numbers."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(random_numbers(int(config.get("seed", 0))))
        if keras.config.backend() == "torch":
            from . import torch_runtime

            device = torch_runtime.choose_device(config, needed)
            # With a number behind it Keras would copy, and so unhook, the variables.
            stack.enter_context(keras.device(device.type))
            stack.enter_context(torch_runtime.seeded(config, device))
            stack.enter_context(torch_runtime.threads(common.n_threads_of(config)))
        yield


def logged(config, report):
    """A report that also writes for TensorBoard, where a folder is given for that."""
    if not config.get("tensorboard"):
        return contextlib.nullcontext(report)
    from . import torch_runtime

    return torch_runtime.logged(config, report)


def new_optimizer(config):
    word = network.choose({name: name for name in OPTIMIZERS}, config.get("optimizer", "adam"),
                          "optimizer")
    choices = {"learning_rate": float(config.get("learning_rate", 0.001))}
    decay = float(config.get("weight_decay", 0.0))
    if decay > 0.0:
        choices["weight_decay"] = decay
    largest = float(config.get("gradient_clipping", 0.0))
    if largest > 0.0:
        choices["global_clipnorm"] = largest
    if word == "sgd":
        choices["momentum"] = float(config.get("momentum", 0.0))
    return {"adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW,
            "sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop,
            "nadam": keras.optimizers.Nadam}[word](**choices)


def new_loss(word, head):
    """The loss of Keras for a word and what the network's outputs are; see State.head."""
    kind, _, done = head.partition("-")
    word = network.choose_loss(word, kind)
    logits = not done
    if word == "binary-cross-entropy":
        return keras.losses.BinaryCrossentropy(from_logits=logits)
    if word == "cross-entropy":
        return keras.losses.CategoricalCrossentropy(from_logits=logits)
    distance = {"mean-squared-error": keras.losses.mean_squared_error,
                "mean-absolute-error": keras.losses.mean_absolute_error,
                "huber": keras.losses.huber}[word]
    if kind == "none" or done:
        return distance
    return lambda targets, outputs: distance(targets, apply_head(outputs, head))


def apply_head(outputs, head):
    """The answers that the outputs of a network stand for."""
    if head == "sigmoid":
        return keras.ops.sigmoid(outputs)
    if head == "softmax":
        return keras.ops.softmax(outputs)
    return outputs


def read_metrics(text):
    """Figures of Keras beside the loss: "accuracy, auc"."""
    words = list(filter(None, (word.strip() for word in str(text).split(","))))
    for word in words:
        try:
            keras.metrics.get(word)
        except ValueError as error:
            raise ValueError(f"metrics is “{text}”, and Keras has no metric “{word}”; expected its "
                             "words, separated by commas, such as “accuracy, auc”") from error
    return words


def compile_model(state):
    """Gives a network that has none a loss and an optimizer; one that has them keeps them."""
    if not state.model.compiled:
        state.model.compile(optimizer=new_optimizer(state.config),
                            loss=new_loss(state.config.get("loss", "auto"), state.head),
                            weighted_metrics=read_metrics(state.config.get("metrics", "")))


def takes_class_numbers(model):
    """Whether the loss that a network was compiled with compares outputs with class numbers."""
    loss = getattr(model, "loss", None)
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return "sparse" in name.lower()


def shape_targets(targets, state):
    """Gives the targets the form that the loss compares with the network's outputs."""
    if state.analysis_type == "regression":
        return targets
    if state.n_columns == 1:
        return (targets == 0).astype(np.float32)[:, None]
    if takes_class_numbers(state.model):
        return targets.astype(np.int32)
    return np.eye(state.n_columns, dtype=np.float32)[targets]


class Watch(keras.callbacks.Callback):
    """Tells what happens, sets learning rates, keeps the best epoch, and lets cancelling through.

    It takes part in every kind of batch, so that Keras starts no threads for its callbacks."""

    def __init__(self, config, n_validation, report):
        super().__init__()
        self.report = report
        self.n_validation = n_validation
        self.n_epochs = int(config.get("epochs", 20))
        self.keeps_best = bool(config.get("save_best_only", True)) and n_validation > 0
        self.patience = int(config.get("early_stopping", 0))
        self.schedule = network.parse_schedule(config.get("learning_rate_schedule", ""))
        self.epoch = 0
        self.next_report = 0.0
        self.best_loss = math.inf
        self.best_epoch = 0
        self.best_weights = None
        self.metrics = {}
        if self.patience > 0 and n_validation == 0:
            raise ValueError("early-stopping needs validation events: set validation-size")

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        if epoch in self.schedule:
            self.model.optimizer.learning_rate = self.schedule[epoch]

    def on_train_batch_begin(self, batch, logs=None):
        self.report.check()

    def on_test_batch_begin(self, batch, logs=None):
        self.report.check()

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        if now >= self.next_report:
            n_batches = self.params.get("steps") or batch + 1
            self.report.progress((self.epoch + (batch + 1) / n_batches) / self.n_epochs)
            self.next_report = now + network.REPORT_SECONDS

    def on_test_batch_end(self, batch, logs=None):
        pass

    def on_predict_batch_end(self, batch, logs=None):
        pass

    def on_epoch_end(self, epoch, logs=None):
        # Some metrics are one number per class.
        logs = {name: float(value) for name, value in (logs or {}).items() if np.ndim(value) == 0}
        if "loss" not in logs:
            raise ValueError("the network reports no “loss” after an epoch; let its train_step() "
                             "give one")
        rate = float(self.model.optimizer.learning_rate)
        self.metrics = {"epoch": epoch + 1, "training_loss": logs["loss"]}
        if self.n_validation:
            self.metrics["validation_loss"] = logs["val_loss"]
        self.metrics.update(logs, learning_rate=rate)
        watched = self.metrics.get("validation_loss", logs["loss"])
        network.check_loss(watched, epoch, rate)
        if watched < self.best_loss:
            self.best_loss, self.best_epoch = watched, epoch
            if self.keeps_best:
                self.best_weights = self.model.get_weights()
        self.report.iteration(epoch, self.metrics)
        self.report.progress((epoch + 1) / self.n_epochs)
        if self.patience > 0 and epoch - self.best_epoch >= self.patience:
            self.model.stop_training = True

    def finish(self):
        """Brings the best epoch back; returns the last metrics."""
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)
        return dict(self.metrics, best_epoch=self.best_epoch + 1) if self.metrics else {}


def tables_of(model):
    """What a network and its optimizer have learnt, as arrays by name."""
    tables = {f"weight.{number}": table for number, table in enumerate(model.get_weights())}
    tables.update((f"optimizer.{number}", keras.ops.convert_to_numpy(variable))
                  for number, variable in enumerate(getattr(model.optimizer, "variables", [])))
    return tables


def tables_named(tables, kind):
    """The arrays of one kind, in their order."""
    return [tables[name] for name in sorted(
        (name for name in tables if name.startswith(f"{kind}.")),
        key=lambda name: int(name.rpartition(".")[2]))]


def continue_from(model, tables, optimizer):
    """Starts with what another network of the same layers has learnt, whose optimizer was of the
    named class."""
    try:
        model.set_weights(tables_named(tables, "weight"))
    except ValueError as error:
        raise ValueError("what was learnt before was learnt by a network of other layers: "
                         f"{error}") from error
    if type(model.optimizer).__name__ != optimizer:
        return
    rate = float(model.optimizer.learning_rate)
    model.optimizer.build(model.trainable_variables)
    for variable, table in zip(model.optimizer.variables, tables_named(tables, "optimizer")):
        variable.assign(table)
    model.optimizer.learning_rate = rate


def train(state, training, validation, callbacks, report):
    """Lets Keras train; returns the last metrics."""
    config = state.config
    watch = Watch(config, len(validation[0]), report)
    inputs, targets, weights = training
    try:
        state.model.fit(
            inputs, shape_targets(targets, state), sample_weight=weights,
            batch_size=int(config.get("batch_size", 100)), epochs=watch.n_epochs, verbose=0,
            validation_data=judges(validation, state), validation_batch_size=network.ANSWER_ROWS,
            callbacks=[watch] + list(callbacks))
    except RuntimeError:
        # torch's cross entropy is not asked for the loss of what is no probability.
        if not np.all(np.isfinite(state.model.predict_on_batch(inputs[:network.ANSWER_ROWS]))):
            network.check_loss(math.nan, watch.epoch, float(state.model.optimizer.learning_rate))
        raise
    return watch.finish()


def judges(validation, state):
    """The validation events as Keras takes them."""
    inputs, targets, weights = validation
    if len(inputs) == 0:
        return None
    events = inputs, shape_targets(targets, state)
    return events if weights is None else events + (weights,)
