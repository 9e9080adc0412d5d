# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where torch computes, with how many threads and which random numbers, and what is logged."""

import contextlib
import numbers

import torch

from . import common

DEVICES = ("cpu", "cuda", "auto")


class threads:
    """Sets how many threads torch may use, and sets it back."""

    def __init__(self, n_threads):
        self.n_threads = n_threads

    def __enter__(self):
        self.previous = torch.get_num_threads()
        if self.previous != self.n_threads:
            torch.set_num_threads(self.n_threads)

    def __exit__(self, *unused):
        if self.previous != self.n_threads:
            torch.set_num_threads(self.previous)


def choose_device(config, needed=True):
    """The device that the property names; the processor where there is none and none is needed."""
    word = str(config.get("device", "cpu")).strip().lower()
    if word not in DEVICES:
        raise ValueError(f"device is “{config['device']}”; it may be "
                         + ", ".join(f"“{name}”" for name in DEVICES))
    if word == "cpu" or not torch.cuda.is_available():
        if word == "cuda" and needed:
            raise ValueError("device is “cuda”, but torch finds no CUDA device here; set it to "
                             "“auto”, which takes the processor then, or to “cpu”")
        return torch.device("cpu")
    return torch.device("cuda")


def device_of(module):
    """Where a module's tables are."""
    for table in module.state_dict().values():
        return table.device
    return torch.device("cpu")


@contextlib.contextmanager
def seeded(config, device):
    """Seeds torch's random numbers, and gives them back to others as they were."""
    used = device.type == "cuda" or torch.cuda.is_initialized()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count()) if used else []):
        torch.manual_seed(int(config.get("seed", 0)))
        yield


class LoggedReport(common.SilentReport):
    """Passes on what it is told, and writes the figures of iterations into a folder."""

    def __init__(self, report, writer):
        self.writer = writer
        self.progress = report.progress
        self.cancelled = report.cancelled
        self.check = report.check
        self.report = report

    def iteration(self, index, metrics):
        for name, value in metrics.items():
            number = value.item() if hasattr(value, "item") else value
            if name != "epoch" and isinstance(number, numbers.Number):
                self.writer.add_scalar(name, number, index + 1)
        self.report.iteration(index, metrics)


@contextlib.contextmanager
def logged(config, report):
    """A report that also writes for TensorBoard, where a folder is given for that."""
    folder = config.get("tensorboard") or ""
    if not folder:
        yield report
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ModuleNotFoundError(
            f"“tensorboard” is “{folder}”, and writing for TensorBoard needs the package "
            "“tensorboard”, which is not installed", name="tensorboard") from error
    with SummaryWriter(log_dir=folder) as writer:
        yield LoggedReport(report, writer)
