# SPDX-License-Identifier: LGPL-2.1-or-later

"""Numbers to NumPy and back, without a copy."""

import gi
import numpy

gi.require_version('Pymva', '1.0')
from gi.repository import Pymva

# Two rows of three columns, float64.
tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 3)

array = numpy.asarray(tensor)
same = array.__array_interface__['data'][0] == tensor.get_address()
print('NumPy reads our memory:', 'yes' if same else 'no')

means = Pymva.Tensor.from_numpy(array.mean(axis=0))
print('column means:', *(f'{value:g}' for value in means.to_doubles()))
