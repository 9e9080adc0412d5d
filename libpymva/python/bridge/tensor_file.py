# SPDX-License-Identifier: LGPL-2.1-or-later
"""Arrays by name in one block of bytes, in the safetensors format: eight bytes of length, a JSON
header, then the numbers. Reading it executes nothing.
The format: https://huggingface.co/docs/safetensors (README of huggingface/safetensors).
"""

import json
import struct

import numpy as np

NAMES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
         "I8": "i1", "U8": "u1", "BOOL": "?"}
ALIGNMENT = 8


def write(arrays):
    """The bytes that hold the arrays."""
    header = {}
    parts = []
    offset = 0
    for name, array in arrays.items():
        array = np.asarray(array)
        kinds = [kind for kind, dtype in NAMES.items() if np.dtype(dtype) == array.dtype]
        if not kinds:
            raise TypeError(f"the tensor “{name}” is of type {array.dtype}, which a model file "
                            "cannot hold")
        content = array.tobytes()
        header[name] = {"dtype": kinds[0], "shape": list(array.shape),
                        "data_offsets": [offset, offset + len(content)]}
        parts.append(content)
        offset += len(content)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def read(content):
    """The arrays that the bytes hold."""
    if len(content) < 8:
        raise ValueError("the tensor file is shorter than its header")
    length = struct.unpack_from("<Q", content)[0]
    if length > len(content) - 8:
        raise ValueError("the tensor file is shorter than its header says")
    header = json.loads(bytes(content[8:8 + length]))
    arrays = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, end = entry["data_offsets"]
        if not 0 <= first <= end <= len(content) - 8 - length:
            raise ValueError(f"the tensor “{name}” lies outside the tensor file")
        numbers = np.frombuffer(content[8 + length + first:8 + length + end],
                                dtype=NAMES[entry["dtype"]])
        arrays[name] = numbers.reshape(entry["shape"]).copy()
    return arrays
