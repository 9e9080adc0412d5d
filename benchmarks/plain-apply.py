# SPDX-License-Identifier: LGPL-2.1-or-later

"""Applies a forest of XGBoost to a text as one does in Python: in pieces, with pandas.

plain-apply.py MODEL DATA OUTPUT N_THREADS
"""

import sys

import numpy
import pandas
import xgboost


def main(model, data, output, n_threads):
    booster = xgboost.Booster(model_file=model)
    booster.set_param({'nthread': int(n_threads)})
    with open(output, 'w', encoding='utf-8') as file:
        for first, events in enumerate(pandas.read_csv(data, chunksize=65536, dtype=numpy.float32)):
            responses = booster.inplace_predict(events)
            pandas.DataFrame({'response': responses}).to_csv(file, index=False, header=first == 0)


main(*sys.argv[1:])
