// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks of Keras through the typelib; keras-network.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, classDataset, main}
    from './harness.js';

function newNetwork(properties = {}) {
    return new Pymva.Keras({hidden_layers: '8', epochs: 3, ...properties});
}

const dataset = classDataset();

// What a network reports of each epoch.
function trainAndListen(network) {
    const iterations = [];
    const id = network.connect('iteration',
        (_network, _index, metrics) => iterations.push(metrics.recursiveUnpack()));
    network.train(dataset, null);
    network.disconnect(id);
    return iterations;
}

main({
    test_bad_layers() {
        const network = newNetwork({layers: 'Dens(4)'});
        const message = assertPymvaError(Pymva.Error.VALUE, () => network.train(dataset, null));
        assertIn('“Dens”, which is none of Keras', message);
    },

    test_cancel() {
        const cancellable = new Gio.Cancellable();
        const network = newNetwork({epochs: 100000});
        network.connect('iteration', () => cancellable.cancel());
        let error = null;
        try {
            network.train(dataset, cancellable);
        } catch (caught) {
            error = caught;
        }
        assertTrue(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
        assertTrue(!network.get_trained());
    },

    test_continue() {
        const network = newNetwork({continue_training: true});
        assertPymvaError(Pymva.Error.VALUE, () => network.train(dataset, null));
        network.continue_training = false;
        network.train(dataset, null);
        network.continue_training = true;
        const losses = trainAndListen(network).map(metrics => metrics.training_loss);
        assertTrue(losses[2] < losses[0]);
    },

    test_iterations() {
        const iterations = trainAndListen(newNetwork({metrics: 'accuracy'}));
        assertEqual(iterations.length, 3);
        for (const name of ['epoch', 'training_loss', 'validation_loss', 'learning_rate', 'loss',
            'val_loss', 'accuracy', 'val_accuracy'])
            assertIn(name, Object.keys(iterations[0]));
    },

    test_layers() {
        const network = newNetwork({
            layers: 'Dense(16, relu); Dropout(0.1); Dense(4, softmax)',
        });
        network.train(dataset, null);
        const model = network.get_model();
        assertEqual(model.get_engine(), 'mlp');
        const inputs = dataset.get_inputs(Pymva.Part.TEST);
        assertClose(model.predict(inputs).to_doubles(),
            network.predict(inputs, null).to_doubles(), 1e-5);
    },

    test_options() {
        const network = Pymva.Method.create_for_name('PyKeras', null);
        network.set_options('!H:!V:NumEpochs=4:BatchSize=32:SaveBestOnly=False:' +
            'TriesEarlyStopping=3:LearningRateSchedule=2,0.01:tf.keras=True:' +
            'GpuOptions=allow_growth=True:Layers=Dense(8,relu);Dense(4,softmax)');
        assertEqual(network.epochs, 4);
        assertEqual(network.batch_size, 32);
        assertEqual(network.early_stopping, 3);
        assertEqual(network.layers, 'Dense(8,relu);Dense(4,softmax)');
        const message = assertPymvaError(Pymva.Error.VALUE,
            () => network.set_options('NumEpoch=4'));
        assertIn('did you mean “NumEpochs”?', message);
    },

    test_user_code() {
        const network = newNetwork({
            user_code: 'import keras\n' +
                'def model(n_inputs, n_outputs):\n' +
                '    return keras.Sequential([keras.Input((n_inputs,)),\n' +
                '                             keras.layers.Dense(n_outputs)])\n',
        });
        network.train(dataset, null);
        assertEqual(network.get_model().get_engine(), 'mlp');
        network.user_code = 'def model():\n    return 1 / 0\n';
        const message = assertPymvaError(Pymva.Error.PYTHON, () => network.train(dataset, null));
        assertIn('ZeroDivisionError', message);
    },
});
