# SPDX-License-Identifier: LGPL-2.1-or-later

"""The peer of bench-train: the same training as a plain script, written as one would by hand.

Prints the peak of its memory in kB.
"""

import sys

import numpy
import torch

N_EPOCHS = 20
BATCH_SIZE = 32


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    table = numpy.loadtxt(sys.argv[1], dtype=numpy.float64)
    numpy.random.default_rng(1).shuffle(table)
    inputs = torch.from_numpy(table[:, 1:].astype(numpy.float32))
    labels = torch.from_numpy(table[:, :1].astype(numpy.float32))
    n_training = len(inputs) * 4 // 5
    mean, deviation = inputs[:n_training].mean(0), inputs[:n_training].std(0)
    inputs = (inputs - mean) / deviation
    validation_inputs, validation_labels = inputs[n_training:], labels[n_training:]
    inputs, labels = inputs[:n_training], labels[:n_training]

    model = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], 64), torch.nn.ReLU(),
        torch.nn.Linear(64, 64), torch.nn.ReLU(),
        torch.nn.Linear(64, 1))
    loss = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

    for _epoch in range(N_EPOCHS):
        total = 0.0
        for rows in torch.randperm(n_training).split(BATCH_SIZE):
            optimizer.zero_grad()
            value = loss(model(inputs[rows]), labels[rows])
            value.backward()
            optimizer.step()
            total += value.item() * len(rows)
        with torch.no_grad():
            loss(model(validation_inputs), validation_labels).item()

    with open('/proc/self/status', encoding='ascii') as status:
        print(next(line.split()[1] for line in status if line.startswith('VmHWM:')))


main()
