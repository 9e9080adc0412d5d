# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the cases of a suite of unittest, and reports in TAP, as harness.js does in JavaScript."""

import sys
import unittest

import gi

gi.require_version('Pymva', '1.0')

from gi.repository import Gio, GLib, Pymva  # noqa: E402

# One split at 0.5 of the second feature, with -1 to the left and 2 to the right.
LIGHTGBM = b"""tree
num_tree_per_iteration=1
max_feature_idx=1
objective=regression
feature_names=a b

Tree=0
num_leaves=2
num_cat=0
split_feature=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1 2

end of trees
"""


class TapResult(unittest.TestResult):
    """Prints one line of TAP for each case."""

    def report(self, ok, test, details=''):
        print(f'{ok} {self.testsRun} {name_of(test)}', flush=True)
        for line in details.splitlines():
            print(f'# {line}', flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.report('ok', test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report('not ok', test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.report('not ok', test, self.errors[-1][1])


def name_of(test):
    return test.id().rpartition('.')[2]


class TypelibTest(unittest.TestCase):
    """A case of a typelib suite."""

    def assertPymvaError(self, code, function, *args):
        """Asserts that a call fails with a code, and gives the message."""
        with self.assertRaises(GLib.Error) as context:
            function(*args)
        self.assertTrue(context.exception.matches(Pymva.Error.quark(), code),
                        context.exception.message)
        return context.exception.message

    def assertClose(self, values, expected, tolerance=1e-6):
        self.assertEqual(len(values), len(expected))
        for value, wanted in zip(values, expected):
            self.assertAlmostEqual(value, wanted, delta=tolerance)


class StepModelTest(TypelibTest):
    """A case that exports a small model, to files that it removes afterwards."""

    def new_file(self, name):
        file, stream = Gio.File.new_tmp(name)
        self.addCleanup(file.delete, None)
        stream.close(None)
        return file

    def new_model(self, text=LIGHTGBM):
        file = self.new_file('export-XXXXXX.txt')
        file.replace_contents(text, None, False, Gio.FileCreateFlags.NONE, None)
        return Pymva.Model.import_(file, None, None)


def wait(start, *args):
    """Calls an asynchronous function, and runs the main loop until its callback has come."""
    loop = GLib.MainLoop()
    results = []

    def finished(_source, result):
        results.append(result)
        loop.quit()

    start(*args, finished)
    loop.run()
    return results[0]


def data_file(name):
    """A file of examples/data."""
    return Gio.File.new_for_path(GLib.build_filenamev([GLib.getenv('PYMVA_DATA_DIR'), name]))


def class_dataset():
    """Four classes, and few of their events."""
    dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
    dataset.add_labelled(
        Pymva.Table.new_from_file(data_file('multiclass_example.csv'), None, None), 'class')
    for name in ('var1', 'var2', 'var3', 'var4'):
        dataset.add_variable(name)
    dataset.set_cut(None, 'var1 > 0')
    return dataset


def sine_dataset():
    """A small regression: a sine of one variable."""
    table = Pymva.Table.new()
    table.add_column('x', Pymva.Tensor.new_from_doubles([index / 10 for index in range(100)], 0))
    dataset = Pymva.Dataset(analysis_type=Pymva.AnalysisType.REGRESSION)
    dataset.add_events(table, 1)
    dataset.add_variable('x')
    dataset.add_target('sin(x)')
    return dataset


def few_events(analysis_type):
    """A small data set: four classes, or one variable as the target of the others."""
    table = Pymva.Table.new_from_file(data_file('multiclass_example.csv'), None, None)
    dataset = Pymva.Dataset.new(analysis_type)
    if analysis_type == Pymva.AnalysisType.REGRESSION:
        dataset.add_events(table, 1)
        dataset.add_target('var4')
    else:
        dataset.add_labelled(table, 'class')
    for name in ('var1', 'var2', 'var3'):
        dataset.add_variable(name)
    dataset.set_cut(None, 'var1 > 1')
    return dataset


def main(case_class):
    """Runs the cases of a class, or lists their names where --list is given."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case_class)
    if '--list' in sys.argv:
        print('\n'.join(name_of(test) for test in suite))
        return
    print(f'1..{suite.countTestCases()}', flush=True)
    result = suite.run(TapResult())
    sys.exit(0 if result.wasSuccessful() else 1)
