# SPDX-License-Identifier: LGPL-2.1-or-later
"""Functions that a user gives as source text. Each text runs in a module of its own."""

import inspect
import itertools
import sys
import types
import weakref

from . import source

_counter = itertools.count(1)


class UserCode:
    """A text that has been executed, and the functions, or other objects, it defines: at least
    one of those that are named, if any are."""

    def __init__(self, text, filename, names, objects=()):
        self.text = text
        self.filename = filename
        self.names = names
        self.module = types.ModuleType(f"pymva_user_code_{next(_counter)}")
        self.module.__file__ = filename
        source.keep(filename, text)
        # Dataclasses and pickling look modules up by name.
        sys.modules[self.module.__name__] = self.module
        weakref.finalize(self, sys.modules.pop, self.module.__name__, None)
        exec(compile(text, filename, "exec", dont_inherit=True), self.module.__dict__)
        needed = (*names, *objects)
        if needed and not any(hasattr(self.module, name) for name in needed):
            raise ValueError(f"“{filename}” defines none of "
                             + ", ".join([f"{name}()" for name in names] + list(objects)))

    def get(self, name):
        """What the text defines under a name, or None."""
        return getattr(self.module, name, None)

    def describe(self, name):
        return f"{name}() of “{self.filename}”"

    def takes(self, name, argument):
        """Whether a function can be told something by name."""
        try:
            parameters = inspect.signature(self.get(name)).parameters.values()
        except ValueError:
            return True
        return any(parameter.name == argument or parameter.kind is parameter.VAR_KEYWORD
                   for parameter in parameters)

    def is_given(self, name, offers, offer):
        """Whether call() with these offers would hand over one of them."""
        try:
            parameters = inspect.signature(self.get(name)).parameters.values()
        except (TypeError, ValueError):
            return True
        named = {parameter.name for parameter in parameters}
        if offer in named or any(each.kind is each.VAR_KEYWORD for each in parameters):
            return True
        n_unknown = sum(each.default is each.empty and each.name not in offers
                        and each.kind is not each.VAR_POSITIONAL for each in parameters)
        return offer in [name for name in offers if name not in named][:n_unknown]

    def check_given_weights(self, name, offers):
        """Refuses to lose the weights of the events."""
        if offers["weights"] is not None and not self.is_given(name, offers, "weights"):
            raise ValueError(f"{self.describe(name)} takes no argument “weights”, so the weights "
                             "of the events would be lost; let it take that, or give all events "
                             "the same weight")

    def call(self, name, offers):
        """Calls a function with as many of the offered arguments as it takes."""
        return call_with(self.get(name), offers, self.describe(name))


def call_with(function, offers, what):
    """Calls a function with the arguments that its signature asks for: those it knows by name,
    and for its other required ones what is left of the offers, in their order."""
    if not callable(function):
        raise TypeError(f"{what} is a {type(function).__name__}; expected a function")
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except ValueError:
        return function(*offers.values())

    named = {parameter.name for parameter in parameters}
    rest = [name for name in offers if name not in named]
    args = []
    kwargs = {}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            kwargs.update((name, offers[name]) for name in rest)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            continue
        elif parameter.name in offers or parameter.default is parameter.empty:
            if parameter.name not in offers and not rest:
                raise TypeError(f"{what} takes an argument “{parameter.name}”; there are "
                                + ", ".join(f"“{name}”" for name in offers))
            value = offers[parameter.name if parameter.name in offers else rest.pop(0)]
            if parameter.kind is parameter.KEYWORD_ONLY or len(args) < parameters.index(parameter):
                kwargs[parameter.name] = value
            else:
                args.append(value)
    return function(*args, **kwargs)
