# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the modules of the bridge importable. Run once, before there is a package."""

import sys
from importlib.machinery import ModuleSpec

import _pymva

# The text is run without a module; its class counts as the package's.
__name__ = PACKAGE = "pymva_bridge"
LOCATION = "resource:///org/pymva/bridge/"


class Importer:
    """Finds the package's modules in the resources of the library."""

    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition(".")
        if package != PACKAGE:
            return None
        file = module.replace(".", "/") + ".py" if module else "__init__.py"
        if _pymva.lookup(file) is None:
            return None
        spec = ModuleSpec(name, self, origin=LOCATION + file, is_package=not module)
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        spec = module.__spec__
        source = self.get_source(module.__name__)
        exec(compile(source, spec.origin, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, name):
        """Tracebacks show lines by this."""
        module = name.partition(".")[2]
        file = module.replace(".", "/") + ".py" if module else "__init__.py"
        source = _pymva.lookup(file)
        return source.decode() if source is not None else None


sys.meta_path.insert(0, Importer())
