# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python programs get on top of the library: attributes, indexing, NumPy and pandas.

It only adds to what the typelib describes; nothing that works without it works differently.
"""

import _thread
import ctypes
import difflib
import functools
import itertools
import signal
import sys
import threading
import traceback

from gi.module import get_introspection_module
from gi.overrides import override
from gi.repository import GLib, GObject

Pymva = get_introspection_module('Pymva')
__all__ = []

# Each element type as ctypes reads it, and as NumPy's array interface names it.
_ELEMENTS = {
    Pymva.DType.FLOAT32: (ctypes.c_float, 'f4'),
    Pymva.DType.FLOAT64: (ctypes.c_double, 'f8'),
    Pymva.DType.INT8: (ctypes.c_int8, 'i1'),
    Pymva.DType.UINT8: (ctypes.c_uint8, 'u1'),
    Pymva.DType.INT16: (ctypes.c_int16, 'i2'),
    Pymva.DType.INT32: (ctypes.c_int32, 'i4'),
    Pymva.DType.INT64: (ctypes.c_int64, 'i8'),
    Pymva.DType.BOOL: (ctypes.c_bool, 'b1'),
}
_BYTE_ORDER = '<' if sys.byteorder == 'little' else '>'
# The error codes of exceptions that have one of their own.
_CODES = [
    (ImportError, Pymva.Error.IMPORT),
    (MemoryError, Pymva.Error.MEMORY),
    (TypeError, Pymva.Error.TYPE),
    (ValueError, Pymva.Error.VALUE),
]
# str() of a tensor shows so many elements of each dimension.
_MOST_SHOWN = 6


def _add(cls):
    """Registers an override, and gives it out."""
    __all__.append(cls.__name__)
    return override(cls)


def _properties(cls):
    """A class's properties by the names that they have as attributes."""
    if '_pymva_properties' not in cls.__dict__:
        cls._pymva_properties = {pspec.name.replace('-', '_'): pspec
                                 for pspec in cls.list_properties()}
    return cls._pymva_properties


def _variant_of(value):
    """The GLib.Variant of a Python value, for dictionaries of parameters."""
    if isinstance(value, GLib.Variant):
        return value
    if value is None:
        return GLib.Variant('mv', None)
    if isinstance(value, dict):
        return GLib.Variant('a{sv}', {name: _variant_of(item) for name, item in value.items()})
    if isinstance(value, list):
        return GLib.Variant('av', [_variant_of(item) for item in value])
    if isinstance(value, tuple):
        return GLib.Variant.new_tuple(*(_variant_of(item) for item in value))
    if hasattr(value, 'item'):
        value = value.item()
    for kind, code in ((bool, 'b'), (int, 'x'), (float, 'd'), (str, 's'), (bytes, 'ay')):
        if isinstance(value, kind):
            return GLib.Variant(code, value)
    raise TypeError(f'a {type(value).__name__} cannot be a parameter: {value!r}')


def _value_for(pspec, value):
    """What a property is set to: Python's own dictionaries and objects are taken too."""
    if pspec.value_type == GObject.TYPE_VARIANT and isinstance(value, dict):
        return _variant_of(value)
    if pspec.value_type.is_a(Pymva.Object) and value is not None:
        return _handle_of(value)
    return value


class _Properties:
    """Properties as attributes: forest.n_estimators = 200."""

    def __init__(self, *args, **kwargs):
        known = _properties(type(self))
        super().__init__(*args, **{
            name: _value_for(known[name], value) if name in known else value
            for name, value in kwargs.items()})

    def __getattr__(self, name):
        pspec = _properties(type(self)).get(name)
        if pspec is None:
            raise AttributeError(_describe_unknown(self, name))
        return self.get_property(pspec.name)

    def __setattr__(self, name, value):
        cls = type(self)
        pspec = _properties(cls).get(name)
        if pspec is not None:
            if not pspec.flags & GObject.ParamFlags.WRITABLE:
                raise AttributeError(f'{cls.__name__}.{name} can only be read')
            if pspec.flags & GObject.ParamFlags.CONSTRUCT_ONLY:
                raise AttributeError(f'{cls.__name__}.{name} is set when the object is made, as '
                                     f'Pymva.{cls.__name__}({name}=...)')
            self.set_property(pspec.name, _value_for(pspec, value))
        elif name.startswith('_') or hasattr(cls, name) or not _is_ours(cls):
            super().__setattr__(name, value)
        else:
            raise AttributeError(_describe_unknown(self, name))

    def __dir__(self):
        return sorted(set(super().__dir__()) | _properties(type(self)).keys())


def _is_ours(cls):
    """Whether a class is the library's; classes that programs derive may have any attribute."""
    return cls.__module__ in (__name__, 'gi.repository.Pymva')


def _describe_unknown(instance, name):
    cls = type(instance)
    near = difflib.get_close_matches(name, _properties(cls))
    hint = f'; did you mean {", ".join(near)}?' if near else ''
    return f'{cls.__name__} has no property “{name}”{hint}'


def _handle_of(value):
    """The Pymva.Object of any Python value."""
    return value if isinstance(value, Pymva.Object) else Object.from_python(value)


def _interruptible(*names):
    """Lets Ctrl-C during calls that run Python code, or wait for it, be what Python expects."""
    def decorate(cls):
        for name in names:
            setattr(cls, name, _raise_interrupts(getattr(cls, name)))
        return cls

    return decorate


def _raise_interrupts(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        with _KeptInterrupts():
            try:
                return function(*args, **kwargs)
            except GLib.Error as error:
                if Pymva.error_dup_exception_type(error) == 'KeyboardInterrupt':
                    raise KeyboardInterrupt from error
                raise

    return call


class _KeptInterrupts:
    """Keeps a Ctrl-C that comes while a handler of a signal runs, or a destructor.

    PyGObject prints what a handler raises, and goes on. Here the interruption comes again a little
    later, until it meets the call itself, which it ends. A second Ctrl-C is raised wherever it is.
    """

    def __enter__(self):
        self.timer = None
        self.wakes = False
        self.frame = sys._getframe(1)
        self.installed = (threading.current_thread() is threading.main_thread()
                          and signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        if self.installed:
            signal.signal(signal.SIGINT, self.handle)

    def handle(self, number, frame):
        if self.frame is None:
            return
        if frame is self.frame or (self.timer is not None and not self.wakes):
            signal.default_int_handler(number, frame)
        self.wakes = False
        self.timer = threading.Timer(0.01, self.wake)
        self.timer.daemon = True
        self.timer.start()

    def wake(self):
        self.wakes = True
        _thread.interrupt_main()

    def __exit__(self, kind, _value, _trace):
        self.frame = None
        if not self.installed:
            return
        if self.timer is not None:
            self.timer.cancel()
            self.timer.join()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.timer is not None and kind is None:
            raise KeyboardInterrupt


# Values on their way between this Python and the library, which runs on the same interpreter.
_in_transit = {}
_ticket = itertools.count()


def _receive(ticket, value):
    _in_transit[ticket] = value


def _this_module():
    return Pymva.Interpreter.get_default().import_module(__name__)


@_add
@_interruptible('call', 'call_full', 'call_method', 'call_method_objects', 'call_object',
                'call_objects')
class Object(_Properties, Pymva.Object):
    """Pymva.Object with Python's own operators, and with the Python value behind it."""

    @staticmethod
    def from_python(value):
        """The handle of a Python value: of the value itself, not of a copy."""
        ticket = str(next(_ticket))
        _in_transit[ticket] = value
        try:
            key = Pymva.Object.new_from_variant(GLib.Variant('s', ticket))
            return _this_module().get_attribute('_in_transit').get_item(key)
        finally:
            del _in_transit[ticket]

    def to_python(self):
        """The Python value behind the handle."""
        ticket = str(next(_ticket))
        key = Pymva.Object.new_from_variant(GLib.Variant('s', ticket))
        _this_module().get_attribute('_receive').call_objects([key, self])
        return _in_transit.pop(ticket)

    def __call__(self, *args, **kwargs):
        return self.call_full([_handle_of(value) for value in args], list(kwargs),
                              [_handle_of(value) for value in kwargs.values()])

    def __str__(self):
        return self.to_string()

    def __repr__(self):
        return f'<Pymva.Object {self.repr()}>'

    def __bool__(self):
        return bool(self.to_python())

    def __int__(self):
        return int(self.to_python())

    def __float__(self):
        return float(self.to_python())

    def __len__(self):
        return self.get_length()

    def __iter__(self):
        return (Object.from_python(item) for item in self.to_python())

    def __contains__(self, value):
        return _handle_of(value).to_python() in self.to_python()

    def __getitem__(self, key):
        try:
            return self.get_item(_handle_of(key))
        except GLib.Error as error:
            raise _lookup_error(error) from None

    def __setitem__(self, key, value):
        self.set_item(_handle_of(key), _handle_of(value))


def _lookup_error(error):
    """What Python's protocols expect where an index or a key is not there."""
    kinds = {'IndexError': IndexError, 'KeyError': KeyError}
    kind = kinds.get(Pymva.error_dup_exception_type(error))
    return kind(error.message.splitlines()[0]) if kind else error


@_add
@_interruptible('evaluate', 'import_module', 'run', 'start')
class Interpreter(_Properties, Pymva.Interpreter):
    """Pymva.Interpreter with host functions that may raise and return as Python functions do."""

    def new_function(self, name, function, *user_data):
        """A callable for Python code; an exception of the function is raised in that code."""
        def call(args, kwargs, *_unused):
            try:
                result = function(args, kwargs, *user_data)
            except GLib.Error:
                raise
            except Exception as exception:
                raise _error_of(exception) from exception
            return Pymva.Object.new_none() if result is None else _handle_of(result)

        return super().new_function(name, call)


def _error_of(exception):
    """The GLib.Error that stands for an exception, in the form of the library's own."""
    cls = type(exception)
    type_name = cls.__name__ if cls.__module__ == 'builtins' \
        else f'{cls.__module__}.{cls.__name__}'
    text = ''.join(traceback.format_exception(cls, exception, exception.__traceback__)).rstrip()
    code = next((code for kind, code in _CODES if isinstance(exception, kind)),
                Pymva.Error.PYTHON)
    return GLib.Error.new_literal(
        Pymva.Error.quark(), f'{type_name}: {exception}\n{text}\nException type: {type_name}', code)


@_add
@_interruptible('predict', 'train')
class Method(_Properties, Pymva.Method):
    """Pymva.Method, whose kinds are derived from it further below."""


@_add
@_interruptible('predict', 'predict_classes', 'predict_table')
class Model(_Properties, Pymva.Model):
    """Pymva.Model; one that holds code waits for Python."""

    @staticmethod
    def from_python(value, **options):
        """The model of a fitted estimator, a booster or a network: from_python(forest).

        The options are those of Pymva.Model.new_from_object(), as Python has them: classes=['a',
        'b'], title='Forest', sample=frame.

        Of a list of them, or of what cross_validate(..., return_estimator=True) gives, it is one
        model of all: Pymva.Model.new_ensemble() with fold='...' and title='...'. The other options
        are those of each.
        """
        fitted = value.get('estimator') if isinstance(value, dict) else value
        if not isinstance(fitted, (list, tuple)):
            if isinstance(value, dict):
                # That it has no estimators is what is wrong, and not the option.
                options.pop('fold', None)
            return _model_of(value, _options_of(options))
        named = {name: options.pop(name) for name in ('fold', 'title') if name in options}
        shared = _options_of(options)
        members = [_member_of(number, each, shared) for number, each in enumerate(fitted)]
        return Model.new_ensemble(members, **named)

    @classmethod
    def new_ensemble(cls, members, options=None, **named):
        """The model of several: new_ensemble([a, b], fold='int(fabs(eventID)) % 2', title='Both').

        The options may be a GLib.Variant, too.
        """
        if named and options is not None:
            raise TypeError('the options are a GLib.Variant, or they have names, but not both')
        members = list(members)
        for number, member in enumerate(members):
            # PyGObject takes None for a model.
            if not isinstance(member, Pymva.Model):
                raise TypeError(f'Element {number} of the members is no Pymva.Model, but '
                                f'“{type(member).__name__}”')
        return super().new_ensemble(members, _options_of(named) if named else options)


def _model_of(value, options):
    return _raise_interrupts(Pymva.Model.new_from_object)(_handle_of(value), options)


def _member_of(number, value, options):
    """The model of an element of a list; an error says which one it is about."""
    try:
        return _model_of(value, options)
    except GLib.Error as error:
        error.message = f'Element {number} of the list: {error.message}'
        raise


# The types of the options of models that are no texts, and what makes them of Python's values.
_NAMES = ('as', lambda value: [str(name) for name in value])
_OPTIONS = {
    'classes': _NAMES,
    'python': ('b', bool),
    'rounds': ('x', int),
    'sample': ('aad', lambda value: _rows_of(value)),
    'targets': _NAMES,
    'variables': _NAMES,
}


def _rows_of(value):
    import numpy

    return numpy.asarray(value, dtype='float64').tolist()


def _options_of(values):
    """The dictionary of the options that are given, None for none of that name."""
    return GLib.Variant('a{sv}', {name: _option_of(name, value) for name, value in values.items()
                                  if value is not None})


def _option_of(name, value):
    kind, convert = _OPTIONS.get(name, ('s', str))
    if kind == 'as' and isinstance(value, str):
        raise TypeError(f'the option “{name}” is a list of names, not the text “{value}”')
    return GLib.Variant(kind, convert(value))


@_add
class Tensor(_Properties, Pymva.Tensor):
    """Pymva.Tensor as a sequence of its rows, and as an array for NumPy."""

    @staticmethod
    def from_numpy(array):
        """The tensor of an array, without a copy where the array is contiguous.

        The tensor keeps the array alive, and sees what is written into it later.
        """
        return Object.from_python(array).to_tensor()

    @property
    def shape(self):
        return tuple(self.get_shape())

    @property
    def __array_interface__(self):
        _, kind = _ELEMENTS[self.get_dtype()]
        return {
            'version': 3,
            'shape': self.shape,
            'typestr': ('|' if kind.endswith('1') else _BYTE_ORDER) + kind,
            'data': (self.get_address(), True),
        }

    def __bool__(self):
        return True

    def __len__(self):
        if not self.shape:
            raise TypeError('a tensor of no dimension has no length')
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key):
        """A row or an element; a slice of rows shares the memory."""
        if isinstance(key, slice):
            first, end, step = key.indices(len(self))
            if step != 1:
                raise IndexError('a tensor is sliced in steps of one; use numpy.asarray(tensor)')
            return self.slice(first, max(first, end))

        index = [_in_range(i, n) for i, n in
                 zip(key if isinstance(key, tuple) else (key,), self.shape)]
        if isinstance(key, tuple) and len(key) != len(self.shape) or not self.shape:
            raise IndexError(f'a tensor of {len(self.shape)} dimensions has no element {key}')
        if len(index) < len(self.shape):
            return self.slice(index[0], index[0] + 1).reshape(self.shape[1:])

        position = 0
        for i, n in zip(index, self.shape):
            position = position * n + i
        element, _ = _ELEMENTS[self.get_dtype()]
        return element.from_address(self.get_address() + position * ctypes.sizeof(element)).value

    def __repr__(self):
        return f'<Pymva.Tensor {self.get_dtype().value_nick} {list(self.shape)}>'

    def __str__(self):
        return _text_of(self) if self.shape else str(self.to_doubles()[0])


def _in_range(index, length):
    """An index as it counts from the start."""
    number = index.__index__()
    if not -length <= number < length:
        raise IndexError(f'there is no {number} among {length}')
    return number + length if number < 0 else number


def _text_of(item):
    """A tensor's rows within brackets, those in the middle left out."""
    if not isinstance(item, Tensor):
        return repr(item)
    n = len(item)
    if n <= _MOST_SHOWN:
        rows = [_text_of(row) for row in item]
    else:
        half = _MOST_SHOWN // 2
        rows = [*(_text_of(item[i]) for i in range(half)), '...',
                *(_text_of(item[i]) for i in range(n - half, n))]
    return f'[{", ".join(rows)}]'


def _bridge(name):
    """A module of those that the library brings along for Python."""
    module = Pymva.Interpreter.get_default().import_module(f'pymva_bridge.{name}')
    return module.to_python()


def _words(table, name):
    """The words of a column, and which one each row has; -1 where it has none."""
    import numpy

    labels = table.list_labels(name)
    codes = numpy.array(table.get_codes(name))
    if '' in labels:
        empty = labels.index('')
        labels.remove('')
        codes[codes == empty] = -1
        codes[codes > empty] -= 1
    return labels, codes


def _add_array(table, name, values):
    """Adds an array of one dimension to a table."""
    import numpy

    if values.dtype.kind in 'SU':
        labels, codes = numpy.unique(values.astype(str), return_inverse=True)
        table.add_words(name, list(labels), Tensor.from_numpy(codes.astype('int64')))
        return
    if values.dtype.kind not in 'biuf':
        raise TypeError(f'Column “{name}” is of type {values.dtype}, neither numbers nor texts; '
                        f'convert it, or leave it out')
    if values.dtype.kind == 'u' or values.dtype.itemsize in (2, 16):
        values = values.astype('float64')
    table.add_column(name, Tensor.from_numpy(numpy.ascontiguousarray(values)))


def _add_series(table, name, column):
    """Adds a column of a DataFrame to a table."""
    import pandas

    is_category = isinstance(column.dtype, pandas.CategoricalDtype)
    if is_category and not pandas.api.types.is_numeric_dtype(column.cat.categories.dtype):
        labels, codes = column.cat.categories, column.cat.codes.to_numpy()
    elif is_category:
        _add_array(table, name, column.astype('float64').to_numpy())
        return
    elif pandas.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy()
        if values.dtype.kind == 'O':
            # Of pandas' own types with missing values.
            values = column.to_numpy(dtype='float64', na_value=float('nan'))
        _add_array(table, name, values)
        return
    elif pandas.api.types.is_object_dtype(column.dtype) \
            or pandas.api.types.is_string_dtype(column.dtype):
        try:
            codes, labels = pandas.factorize(column)
        except TypeError:
            # Lists and the like cannot even be told apart.
            labels, codes = [None], None
    else:
        labels, codes = [None], None
    if not all(isinstance(label, str) for label in labels):
        raise TypeError(f'Column “{name}” of the frame is of type {column.dtype}, neither numbers '
                        f'nor texts; convert it, or leave it out')
    table.add_words(name, list(labels), Tensor.from_numpy(codes.astype('int64')))


@_add
class Table(_Properties, Pymva.Table):
    """Pymva.Table as pandas has it: columns by name, and a length in rows."""

    @staticmethod
    def from_pandas(frame):
        """The table of a DataFrame's columns, without a copy where a column is contiguous.

        Texts and categories become columns of words.
        """
        table = Table()
        for name, column in frame.items():
            _add_series(table, str(name), column)
        return table

    @staticmethod
    def from_arrow(table):
        """The table of an Arrow table's columns; texts become columns of words."""
        convert = _bridge('arrow_columns').convert
        result = Table()
        for name, column in zip(table.column_names, table.itercolumns()):
            values = convert(column, name)
            if isinstance(values, tuple):
                labels, codes = values
                result.add_words(name, labels, Tensor.from_numpy(codes))
            else:
                result.add_column(name, Tensor.from_numpy(values))
        return result

    @staticmethod
    def from_numpy(array, names=None):
        """The table of an array's fields, or of the columns of a matrix.

        Names are those of the fields, and for a matrix “column1”, “column2”, ..., unless they are
        given.
        """
        fields = array.dtype.names
        if fields is None and array.ndim != 2:
            raise TypeError(f'The array has {array.ndim} dimensions; a table is made of a matrix, '
                            f'or of an array with named fields')
        columns = [array[field] for field in fields] if fields else array.T
        if names is None:
            names = fields or [f'column{i + 1}' for i in range(len(columns))]
        if len(names) != len(columns):
            raise ValueError(f'There are {len(names)} names for {len(columns)} columns')
        table = Table()
        for name, column in zip(names, columns):
            _add_array(table, name, column)
        return table

    def to_pandas(self):
        """A DataFrame over the memory of the table's columns of numbers; words are categories."""
        import numpy
        import pandas

        def convert(name):
            if not self.holds_words(name):
                return numpy.asarray(self[name])
            labels, codes = _words(self, name)
            return pandas.Categorical.from_codes(codes, labels)

        return pandas.DataFrame({name: convert(name) for name in self}, copy=False)

    def to_arrow(self):
        """An Arrow table over the memory of the columns of numbers; words are dictionaries."""
        import numpy
        import pyarrow

        def convert(name):
            if not self.holds_words(name):
                return pyarrow.array(numpy.asarray(self[name]))
            labels, codes = _words(self, name)
            indices = pyarrow.array(codes, mask=codes < 0)
            return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(labels, 'string'))

        return pyarrow.table({name: convert(name) for name in self})

    def __bool__(self):
        return True

    def __len__(self):
        return self.get_n_rows()

    def __iter__(self):
        return iter(self.list_columns())

    def __contains__(self, name):
        return name in self.list_columns()

    def __getitem__(self, name):
        if name not in self:
            raise KeyError(name)
        return self.get_column(name)

    def __repr__(self):
        return f'<Pymva.Table {len(self)} rows: {", ".join(self)}>'


def _add_properties():
    """Gives every other class its properties as attributes."""
    # A class that is looked up derives from what its parent is then: Method is done already.
    for name in sorted(dir(Pymva)):
        cls = getattr(Pymva, name)
        if (isinstance(cls, type) and issubclass(cls, GObject.Object)
                and name not in __all__ and not issubclass(cls, _Properties)):
            _add(type(name, (_Properties, cls), {'__module__': __name__}))


_add_properties()
