// SPDX-License-Identifier: LGPL-2.1-or-later
// Methods and their models through the typelib; method.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, classDataset, dataFile,
    main} from './harness.js';

function newForest() {
    return new Pymva.RandomForest({n_estimators: 10});
}

function sum(values) {
    return values.reduce((a, b) => a + b);
}

const dataset = classDataset();
let trained = null;

function trainedForest() {
    if (trained === null) {
        trained = newForest();
        trained.train(dataset, null);
    }
    return trained;
}

function testInputs() {
    trainedForest();
    return dataset.get_inputs(Pymva.Part.TEST);
}

main({
    test_bad_value() {
        const forest = new Pymva.RandomForest({criterion: 'ginny'});
        assertIn('gini', assertPymvaError(Pymva.Error.VALUE, () => forest.train(dataset, null)));
    },

    test_cancel() {
        const cancellable = new Gio.Cancellable();
        let cancelled = false;

        cancellable.cancel();
        try {
            newForest().train(dataset, cancellable);
        } catch (error) {
            cancelled = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
        }
        assertTrue(cancelled);
    },

    test_choices() {
        assertIn('entropy', newForest().list_choices('criterion'));
    },

    test_create_for_name() {
        const method = Pymva.Method.create_for_name('random-forest', 'mine');
        assertEqual(method.get_title(), 'mine');
        assertIn('random-forest', assertPymvaError(Pymva.Error.VALUE,
            () => Pymva.Method.create_for_name('random-forst', null)));
    },

    test_importance() {
        const importance = trainedForest().get_importance().to_doubles();
        assertEqual(importance.length, 4);
        assertClose([sum(importance)], [1]);
    },

    test_model() {
        const inputs = testInputs();
        const model = trainedForest().get_model();
        assertEqual(model.get_engine(), 'forest');
        assertEqual(model.list_variables(), ['var1', 'var2', 'var3', 'var4']);
        assertEqual(model.list_classes(), dataset.list_classes());
        assertEqual(model.get_n_outputs(), 4);
        assertEqual(model.predict(inputs).to_doubles(),
            trainedForest().predict(inputs, null).to_doubles());
        assertEqual(model.predict_classes(inputs).get_shape(), [inputs.get_shape()[0]]);
        const event = inputs.slice(0, 1).to_doubles();
        assertClose([sum(model.predict_event(event))], [1]);
    },

    test_not_trained() {
        const inputs = testInputs();
        assertPymvaError(Pymva.Error.NOT_TRAINED,
            () => new Pymva.RandomForest().predict(inputs, null));
        assertPymvaError(Pymva.Error.NOT_TRAINED, () => new Pymva.Model().predict(inputs));
    },

    test_options() {
        const forest = new Pymva.RandomForest();
        assertTrue(forest.set_options('!H:NEstimators=7'));
        assertEqual(forest.n_estimators, 7);
        assertTrue(forest.set_option('n-estimators', '0'));
        assertIn('n-estimators', assertPymvaError(Pymva.Error.VALUE,
            () => forest.check_parameters(Pymva.AnalysisType.MULTICLASS)));
        assertIn('n-estimators', assertPymvaError(Pymva.Error.VALUE,
            () => forest.set_option('n-estimator', '1')));
    },

    async test_save_and_load() {
        const inputs = testInputs();
        const [file, stream] = Gio.File.new_tmp('XXXXXX.pymva');
        stream.close(null);
        assertTrue(trainedForest().save(file, null));
        const model = Pymva.Model.load(file, null);
        const again = await Pymva.Model.load_async(file, null);
        file.delete(null);
        assertEqual(model.predict(inputs).to_doubles(),
            trainedForest().predict(inputs, null).to_doubles());
        assertEqual(again.get_sha256(), model.get_sha256());
        assertPymvaError(Pymva.Error.FORMAT,
            () => Pymva.Model.load(dataFile('multiclass_example.csv'), null));
    },

    async test_threads() {
        const inputs = testInputs();
        const model = trainedForest().get_model();
        assertTrue(['portable', 'avx2', 'avx512'].includes(model.get_kernel()));
        assertEqual(model.get_kernel(), model.kernel);
        assertEqual(model.get_n_threads(), 1);
        const expected = model.predict(inputs).to_doubles();
        let notified = 0;
        model.connect('notify::n-threads', () => notified++);
        for (const nThreads of [3, 0]) {
            model.n_threads = nThreads;
            assertEqual(model.get_n_threads(), nThreads);
            assertEqual(model.predict(inputs).to_doubles(), expected);
        }
        assertEqual(notified, 2);
        const doubles = inputs.cast(Pymva.DType.FLOAT64);
        assertEqual((await model.predict_async(doubles, null)).to_doubles(), expected);
        model.set_n_threads(1);
    },

    async test_train_async() {
        const forest = newForest();
        const fractions = [];
        forest.connect('progress', (_method, fraction) => fractions.push(fraction));
        assertTrue(await forest.train_async(dataset, null));
        assertTrue(forest.get_trained());
        assertEqual(fractions.at(-1), 1);
    },

    test_train_network() {
        const network = new Pymva.Torch({hidden_layers: '8', epochs: 3});
        const iterations = [];
        network.connect('iteration', (_method, index, metrics) => iterations.push(metrics));
        network.train(dataset, null);
        assertEqual(iterations.length, 3);
        assertIn('training_loss', Object.keys(iterations[0].deepUnpack()));
        assertEqual(network.get_model().get_engine(), 'mlp');
    },
});
