# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks in TorchScript files. Such a file is a program: torch runs what it says."""

import hashlib
import io

import torch

from .errors import PymvaError


def is_script(module):
    return isinstance(module, torch.jit.ScriptModule)


def write(module):
    content = io.BytesIO()
    torch.jit.save(module, content)
    return content.getvalue()


def read(content):
    return torch.jit.load(io.BytesIO(bytes(content)), map_location="cpu")


def read_file(config):
    """The network of the property “model-file”, where the user trusts that file."""
    path = config["model_file"]
    with open(path, "rb") as file:
        content = file.read()
    found = hashlib.sha256(content).hexdigest()
    wanted = str(config.get("model_sha256") or "").strip().lower()
    if wanted and wanted != found:
        raise PymvaError(f"model-file “{path}” has the sha256 {found}, but model-sha256 is "
                         f"{wanted}; it is not the file that was meant", "untrusted")
    if not wanted and not config.get("trust_model_file", False):
        raise PymvaError(f"model-file “{path}” is a TorchScript file, which holds code; if you "
                         f"trust where it comes from, set model-sha256 to {found}, or "
                         "trust-model-file for whatever is in that place", "untrusted")
    try:
        return read(content)
    except RuntimeError as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"model-file “{path}” is no network that torch.jit.save() wrote: "
                         f"{reason}") from error
