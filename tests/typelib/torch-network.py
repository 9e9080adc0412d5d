#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of torch through the typelib; torch-network.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, class_dataset, main

FUNCTIONS = """
import torch

model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Softmax(dim=1))

def fit(model, train_loader, val_loader, num_epochs, batch_size, optimizer, criterion, save_best,
        scheduler):
    trainer = optimizer(model.parameters(), lr=0.01)
    schedule, steps = scheduler
    for epoch in range(num_epochs):
        for X, y in train_loader:
            trainer.zero_grad()
            criterion(model(X), y).backward()
            trainer.step()
        if schedule:
            schedule(optimizer, epoch, steps)
    return model

def predict(model, test_X, batch_size=32):
    with torch.no_grad():
        return model(torch.Tensor(test_X)).numpy()

load_model_custom_objects = {"train_func": fit, "predict_func": predict,
                             "criterion": torch.nn.MSELoss(), "optimizer": torch.optim.Adam}
"""


def new_network(**properties):
    network = Pymva.Torch.new()
    network.set_property('hidden-layers', '8')
    network.set_property('epochs', 3)
    for name, value in properties.items():
        network.set_property(name.replace('_', '-'), value)
    return network


def train_and_listen(network, dataset):
    """What a network reports of each epoch."""
    iterations = []
    handler = network.connect('iteration', lambda _network, _index, metrics:
                              iterations.append(metrics.unpack()))
    network.train(dataset, None)
    network.disconnect(handler)
    return iterations


class TorchTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.dataset = class_dataset()

    def test_continue(self):
        network = new_network(continue_training=True)
        self.assertPymvaError(Pymva.Error.VALUE, network.train, self.dataset, None)
        network.set_property('continue-training', False)
        first = train_and_listen(network, self.dataset)
        network.set_property('continue-training', True)
        second = train_and_listen(network, self.dataset)
        self.assertTrue(second[0]['training_loss'] < first[2]['training_loss'])

    def test_continue_from_file(self):
        file, stream = Gio.File.new_tmp('XXXXXX.pymva')
        stream.close(None)
        network = new_network(trained_model_file=file)
        network.train(self.dataset, None)
        self.assertEqual(network.get_trained_model_file().get_path(), file.get_path())
        self.assertEqual(Pymva.Model.load(file, None).get_engine(), 'mlp')
        other = new_network(trained_model_file=file, continue_training=True)
        other.train(self.dataset, None)
        file.delete(None)
        network.set_property('continue-training', True)
        network.set_trained_model_file(None)
        network.train(self.dataset, None)
        inputs = self.dataset.get_inputs(Pymva.Part.TEST)
        self.assertEqual(other.predict(inputs, None).to_doubles(),
                         network.predict(inputs, None).to_doubles())

    def test_model_file(self):
        network = new_network(model_file=Gio.File.new_for_path('/nonexistent/model.pt'),
                              trust_model_file=True)
        with self.assertRaises(GLib.Error) as context:
            network.train(self.dataset, None)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.NOT_FOUND))

    def test_options(self):
        network = Pymva.Method.create_for_name('PyTorch', None)
        network.set_options('!H:!V:NumEpochs=4:BatchSize=32:SaveBestOnly=false:ValidationSize=0.3:'
                            'LearningRateSchedule=50,0.01;70,0.005:FilenameModel=/tmp/m.pt:'
                            'FilenameTrainedModel=/tmp/trained.pt:ContinueTraining=true:'
                            'UserCode=/tmp/user.py:NumThreads=2')
        self.assertEqual(network.get_property('epochs'), 4)
        self.assertEqual(network.get_property('batch-size'), 32)
        self.assertEqual(network.get_property('validation-size'), '0.3')
        self.assertEqual(network.get_property('learning-rate-schedule'), '50,0.01;70,0.005')
        self.assertEqual(network.get_property('model-file').get_path(), '/tmp/m.pt')
        self.assertEqual(network.get_property('trained-model-file').get_path(), '/tmp/trained.pt')
        self.assertTrue(network.get_property('continue-training'))
        self.assertEqual(network.get_property('user-file').get_path(), '/tmp/user.py')
        message = self.assertPymvaError(Pymva.Error.VALUE, network.set_options, 'NumEpoch=4')
        self.assertIn('did you mean “NumEpochs”?', message)

    def test_pymva_functions(self):
        network = new_network(user_code=FUNCTIONS, learning_rate_schedule='1,0.005')
        rates = [metrics['learning_rate'] for metrics in train_and_listen(network, self.dataset)]
        self.assertEqual(rates, [0.01, 0.005, 0.005])
        self.assertEqual(network.get_model().get_engine(), 'python')

    def test_settings(self):
        network = new_network(balance_classes=True, gradient_clipping=1.0, device='auto',
                              validation_size='50')
        network.train(self.dataset, None)
        self.assertEqual(network.list_choices('device'), ['cpu', 'cuda', 'auto'])
        network.set_property('validation-size', '0')
        message = self.assertPymvaError(Pymva.Error.VALUE, network.train, self.dataset, None)
        self.assertIn('validation-size is “0”', message)


main(TorchTest)
