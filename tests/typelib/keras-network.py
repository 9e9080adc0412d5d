#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of Keras through the typelib; keras-network.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, class_dataset, main


def new_network(**properties):
    network = Pymva.Keras.new()
    network.set_property('hidden-layers', '8')
    network.set_property('epochs', 3)
    for name, value in properties.items():
        network.set_property(name.replace('_', '-'), value)
    return network


class KerasTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.dataset = class_dataset()
        cls.inputs = cls.dataset.get_inputs(Pymva.Part.TEST)

    def test_bad_layers(self):
        message = self.assertPymvaError(Pymva.Error.VALUE, new_network(layers='Dens(4)').train,
                                        self.dataset, None)
        self.assertIn('“Dens”, which is none of Keras', message)

    def test_cancel(self):
        cancellable = Gio.Cancellable()
        network = new_network(epochs=100000)
        network.connect('iteration', lambda *_unused: cancellable.cancel())
        with self.assertRaises(GLib.Error) as context:
            network.train(self.dataset, cancellable)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.CANCELLED))
        self.assertFalse(network.get_trained())

    def test_continue(self):
        network = new_network(continue_training=True)
        self.assertPymvaError(Pymva.Error.VALUE, network.train, self.dataset, None)
        network.set_property('continue-training', False)
        network.train(self.dataset, None)
        network.set_property('continue-training', True)
        losses = []
        network.connect('iteration', lambda _network, _index, metrics:
                        losses.append(metrics.unpack()['training_loss']))
        network.train(self.dataset, None)
        self.assertTrue(losses[2] < losses[0])

    def test_iterations(self):
        network = new_network(metrics='accuracy')
        iterations = []
        network.connect('iteration',
                        lambda _network, _index, metrics: iterations.append(metrics.unpack()))
        network.train(self.dataset, None)
        self.assertEqual(len(iterations), 3)
        for name in ('epoch', 'training_loss', 'validation_loss', 'learning_rate', 'loss',
                     'val_loss', 'accuracy', 'val_accuracy'):
            self.assertIn(name, iterations[0])

    def test_layers(self):
        network = new_network(layers='Dense(16, relu); Dropout(0.1); Dense(4, softmax)')
        network.train(self.dataset, None)
        model = network.get_model()
        self.assertEqual(model.get_engine(), 'mlp')
        self.assertClose(model.predict(self.inputs).to_doubles(),
                         network.predict(self.inputs, None).to_doubles(), 1e-5)

    def test_options(self):
        network = Pymva.Method.create_for_name('PyKeras', None)
        network.set_options('!H:!V:NumEpochs=4:BatchSize=32:SaveBestOnly=False:'
                            'TriesEarlyStopping=3:LearningRateSchedule=2,0.01:tf.keras=True:'
                            'GpuOptions=allow_growth=True:Layers=Dense(8,relu);Dense(4,softmax)')
        self.assertEqual(network.get_property('epochs'), 4)
        self.assertEqual(network.get_property('batch-size'), 32)
        self.assertEqual(network.get_property('early-stopping'), 3)
        self.assertEqual(network.get_property('layers'), 'Dense(8,relu);Dense(4,softmax)')
        message = self.assertPymvaError(Pymva.Error.VALUE, network.set_options, 'NumEpoch=4')
        self.assertIn('did you mean “NumEpochs”?', message)

    def test_user_code(self):
        network = new_network(user_code='import keras\n'
                              'def model(n_inputs, n_outputs):\n'
                              '    return keras.Sequential([keras.Input((n_inputs,)),\n'
                              '                             keras.layers.Dense(n_outputs)])\n')
        network.train(self.dataset, None)
        self.assertEqual(network.get_model().get_engine(), 'mlp')
        network.set_property('user-code', 'def model():\n    return 1 / 0\n')
        message = self.assertPymvaError(Pymva.Error.PYTHON, network.train, self.dataset, None)
        self.assertIn('ZeroDivisionError', message)


main(KerasTest)
