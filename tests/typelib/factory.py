#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Factories through the typelib; factory.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, class_dataset, main, wait


def new_forest(n_estimators):
    forest = Pymva.RandomForest.new()
    forest.set_property('n-estimators', n_estimators)
    return forest


def new_factory(sizes=(2, 8)):
    factory = Pymva.Factory.new('job', class_dataset())
    for size in sizes:
        factory.book(new_forest(size))
    return factory


class FactoryTest(TypelibTest):
    def test_async(self):
        factory = new_factory()
        trained = []
        factory.connect('method-trained', lambda _factory, method: trained.append(method))
        self.assertTrue(factory.train_all_finish(wait(factory.train_all_async, None)))
        self.assertTrue(factory.test_all_finish(wait(factory.test_all_async, None)))
        self.assertTrue(factory.evaluate_all_finish(wait(factory.evaluate_all_async, None)))
        self.assertEqual(trained, list(factory))
        evaluation = factory.get_evaluation('random-forest', Pymva.Part.TEST)
        self.assertTrue(0.7 < evaluation.props.auc < 1)

    def test_booking(self):
        factory = new_factory((1, 2, 3))
        self.assertEqual(factory.list_titles(),
                         ['random-forest', 'random-forest (2)', 'random-forest (3)'])
        self.assertEqual([method.get_title() for method in factory], factory.list_titles())
        self.assertEqual(factory.get_n_items(), 3)
        self.assertEqual(factory.get_method('random-forest (2)').get_property('n-estimators'), 2)
        self.assertEqual(factory.get_method('random'), None)
        self.assertEqual(factory.props.job, 'job')

    def test_cancel(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as context:
            new_factory().train_all(cancellable)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.CANCELLED))

    def test_failures(self):
        factory = new_factory((2, 0, -1))
        failed = []
        factory.connect('method-failed',
                        lambda _factory, method, error: failed.append(
                            (method.get_title(), error.message)))
        message = self.assertPymvaError(Pymva.Error.FAILED, factory.train_all, None)
        self.assertIn('2 of 3 methods failed', message)
        self.assertEqual([title for title, _message in failed],
                         ['random-forest (2)', 'random-forest (3)'])
        self.assertEqual(factory.get_failure('random-forest'), None)
        failure = factory.get_failure('random-forest (3)')
        self.assertEqual(failure.message, failed[1][1])
        self.assertTrue(failure.matches(Pymva.Error.quark(), Pymva.Error.VALUE))
        self.assertTrue(factory.evaluate_all(None))
        self.assertTrue(factory.get_evaluation('random-forest', Pymva.Part.TRAINING).props.auc > .9)
        self.assertPymvaError(Pymva.Error.VALUE, factory.get_evaluation, 'random-forest (2)',
                              Pymva.Part.TEST)

    def test_results(self):
        factory = new_factory()
        self.assertPymvaError(Pymva.Error.NOT_TRAINED, factory.test_all, None)
        factory.train_all(None)
        factory.evaluate_all(None)
        responses = factory.get_responses('random-forest', Pymva.Part.TEST)
        self.assertEqual(list(responses.get_shape()),
                         [factory.get_dataset().get_n_events(Pymva.Part.TEST, None), 4])
        self.assertEqual(list(factory.get_correlations(0).get_shape()), [2, 2])
        self.assertEqual(len(factory.get_variable_ranking().to_doubles()), 4)
        tables = factory.format_tables()
        self.assertIn('1-vs-rest performance metrics per class', tables)
        self.assertIn('Confusion matrices for all methods', tables)
        # The larger forest is the better one.
        self.assertTrue(tables.index('job            random-forest (2)')
                        < tables.index('job            random-forest\n'))


main(FactoryTest)
