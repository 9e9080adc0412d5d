// SPDX-License-Identifier: LGPL-2.1-or-later
// Factories through the typelib; factory.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {
    assertEqual, assertIn, assertPymvaError, assertTrue, classDataset, main,
} from './harness.js';

function newFactory(sizes = [2, 8]) {
    const factory = Pymva.Factory.new('job', classDataset());
    for (const size of sizes)
        factory.book(new Pymva.RandomForest({n_estimators: size}));
    return factory;
}

main({
    async test_async() {
        const factory = newFactory();
        const trained = [];
        factory.connect('method-trained', (_factory, method) => trained.push(method.title));
        assertTrue(await factory.train_all_async(null));
        assertTrue(await factory.test_all_async(null));
        assertTrue(await factory.evaluate_all_async(null));
        assertEqual(trained, factory.list_titles());
        const evaluation = factory.get_evaluation('random-forest', Pymva.Part.TEST);
        assertTrue(evaluation.auc > 0.7 && evaluation.auc < 1);
    },

    test_booking() {
        const factory = newFactory([1, 2, 3]);
        assertEqual(factory.list_titles(),
            ['random-forest', 'random-forest (2)', 'random-forest (3)']);
        assertEqual([...factory].map(method => method.get_title()), factory.list_titles());
        assertEqual(factory.get_n_items(), 3);
        assertEqual(factory.get_method('random-forest (2)').n_estimators, 2);
        assertEqual(factory.get_method('random'), null);
        assertEqual(factory.job, 'job');
    },

    test_cancel() {
        const cancellable = new Gio.Cancellable();
        cancellable.cancel();
        let cancelled = false;
        try {
            newFactory().train_all(cancellable);
        } catch (error) {
            cancelled = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
        }
        assertTrue(cancelled);
    },

    test_failures() {
        const factory = newFactory([2, 0, -1]);
        const failed = [];
        factory.connect('method-failed',
            (_factory, method, error) => failed.push([method.get_title(), error.message]));
        assertIn('2 of 3 methods failed',
            assertPymvaError(Pymva.Error.FAILED, () => factory.train_all(null)));
        assertEqual(failed.map(([title]) => title), ['random-forest (2)', 'random-forest (3)']);
        assertEqual(factory.get_failure('random-forest'), null);
        const failure = factory.get_failure('random-forest (3)');
        assertEqual(failure.message, failed[1][1]);
        assertTrue(failure.matches(Pymva.Error, Pymva.Error.VALUE));
        assertTrue(factory.evaluate_all(null));
        assertTrue(factory.get_evaluation('random-forest', Pymva.Part.TRAINING).auc > 0.9);
        assertPymvaError(Pymva.Error.VALUE,
            () => factory.get_evaluation('random-forest (2)', Pymva.Part.TEST));
    },

    test_results() {
        const factory = newFactory();
        assertPymvaError(Pymva.Error.NOT_TRAINED, () => factory.test_all(null));
        factory.train_all(null);
        factory.evaluate_all(null);
        const responses = factory.get_responses('random-forest', Pymva.Part.TEST);
        assertEqual(responses.get_shape(),
            [factory.get_dataset().get_n_events(Pymva.Part.TEST, null), 4]);
        assertEqual(factory.get_correlations(0).get_shape(), [2, 2]);
        assertEqual(factory.get_variable_ranking().to_doubles().length, 4);
        const tables = factory.format_tables();
        assertIn('1-vs-rest performance metrics per class', tables);
        assertIn('Confusion matrices for all methods', tables);
        // The larger forest is the better one.
        assertTrue(tables.indexOf('job            random-forest (2)') <
            tables.indexOf('job            random-forest\n'));
    },
});
