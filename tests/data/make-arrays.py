#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the arrays that test-npy.c reads, with NumPy 2.4. Run it in this folder to renew them."""

import numpy
from numpy.lib import format

folder = "arrays/"
matrix = numpy.array([[1.5, -2.25, 3e300], [4.0, numpy.nan, -numpy.inf]])
events = numpy.array(
    [(1.25, -3, 200, True), (-2.5, 40000, 7, False)],
    dtype=[("energy", "<f4"), ("charge", ">i4"), ("n", "u1"), ("good", "?")],
)

numpy.save(folder + "matrix.npy", matrix)
numpy.save(folder + "matrix-fortran.npy", numpy.asfortranarray(matrix))
numpy.save(folder + "matrix-big-endian.npy", matrix.astype(">f8"))
numpy.save(folder + "vector.npy", numpy.arange(5, dtype="<i2") - 2)
numpy.save(folder + "events.npy", events)
numpy.save(folder + "empty.npy", numpy.zeros((0, 2)))
numpy.save(folder + "scalar.npy", numpy.float64(1))
numpy.save(folder + "cube.npy", numpy.zeros((2, 2, 2), "i1"))
numpy.save(folder + "words.npy", numpy.array(["signal", "background"]))
numpy.save(folder + "pickled.npy", numpy.array([None, 1], dtype=object), allow_pickle=True)
numpy.save(
    folder + "mixed.npy",
    numpy.array(
        [(1.0, "a", (1, 2), 5), (2.0, "b", (3, 4), 6)],
        dtype=numpy.dtype([("x", "f8"), ("name", "U3"), ("pair", "i2", (2,)), ("k", "i8")],
                          align=True),
    ),
)
with open(folder + "version2.npy", "wb") as file:
    format.write_array(file, matrix, version=(2, 0))
with open(folder + "version3.npy", "wb") as file:
    format.write_array(file, numpy.array([(1.0,)], dtype=[("größe", "f8")]), version=(3, 0))
for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
    values = [0, 1, 100, 127] if code[0] != "f" else [0, -1.5, 65504, 2**-14]
    if code[0] == "i":
        values[0] = -128
    numpy.save(folder + f"type-{code}.npy", numpy.array(values, dtype=">" + code))

numpy.savez(folder + "stored.npz", x=matrix, y=numpy.array([7, 8], "i8"), one=matrix[:, :1])
numpy.savez_compressed(folder + "deflated.npz", x=matrix, y=numpy.array([7, 8], "i8"),
                       one=matrix[:, :1])
