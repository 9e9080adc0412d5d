// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks of torch through the typelib; torch-network.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, assertTrue, classDataset, main}
    from './harness.js';

const FUNCTIONS = `
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
`;

const dataset = classDataset();

function newNetwork(properties = {}) {
    return new Pymva.Torch({hidden_layers: '8', epochs: 3, ...properties});
}

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
    test_continue() {
        const network = newNetwork({continue_training: true});
        assertPymvaError(Pymva.Error.VALUE, () => network.train(dataset, null));
        network.continue_training = false;
        const first = trainAndListen(network);
        network.continue_training = true;
        const second = trainAndListen(network);
        assertTrue(second[0].training_loss < first[2].training_loss);
    },

    test_continue_from_file() {
        const [file, stream] = Gio.File.new_tmp('XXXXXX.pymva');
        stream.close(null);
        const network = newNetwork({trained_model_file: file});
        network.train(dataset, null);
        assertEqual(network.get_trained_model_file().get_path(), file.get_path());
        assertEqual(Pymva.Model.load(file, null).get_engine(), 'mlp');
        const other = newNetwork({trained_model_file: file, continue_training: true});
        other.train(dataset, null);
        file.delete(null);
        network.continue_training = true;
        network.set_trained_model_file(null);
        network.train(dataset, null);
        const inputs = dataset.get_inputs(Pymva.Part.TEST);
        assertEqual(other.predict(inputs, null).to_doubles(),
            network.predict(inputs, null).to_doubles());
    },

    test_model_file() {
        const network = newNetwork({
            model_file: Gio.File.new_for_path('/nonexistent/model.pt'),
            trust_model_file: true,
        });
        let error = null;
        try {
            network.train(dataset, null);
        } catch (caught) {
            error = caught;
        }
        assertTrue(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND));
    },

    test_options() {
        const network = Pymva.Method.create_for_name('PyTorch', null);
        network.set_options('!H:!V:NumEpochs=4:BatchSize=32:SaveBestOnly=false:' +
            'ValidationSize=0.3:LearningRateSchedule=50,0.01;70,0.005:FilenameModel=/tmp/m.pt:' +
            'FilenameTrainedModel=/tmp/trained.pt:ContinueTraining=true:' +
            'UserCode=/tmp/user.py:NumThreads=2');
        assertEqual(network.epochs, 4);
        assertEqual(network.batch_size, 32);
        assertEqual(network.validation_size, '0.3');
        assertEqual(network.learning_rate_schedule, '50,0.01;70,0.005');
        assertEqual(network.model_file.get_path(), '/tmp/m.pt');
        assertEqual(network.trained_model_file.get_path(), '/tmp/trained.pt');
        assertTrue(network.continue_training);
        assertEqual(network.user_file.get_path(), '/tmp/user.py');
        const message = assertPymvaError(Pymva.Error.VALUE,
            () => network.set_options('NumEpoch=4'));
        assertIn('did you mean “NumEpochs”?', message);
    },

    test_pymva_functions() {
        const network = newNetwork({user_code: FUNCTIONS, learning_rate_schedule: '1,0.005'});
        const rates = trainAndListen(network).map(metrics => metrics.learning_rate);
        assertEqual(rates, [0.01, 0.005, 0.005]);
        assertEqual(network.get_model().get_engine(), 'python');
    },

    test_settings() {
        const network = newNetwork({
            balance_classes: true,
            gradient_clipping: 1,
            device: 'auto',
            validation_size: '50',
        });
        network.train(dataset, null);
        assertEqual(network.list_choices('device'), ['cpu', 'cuda', 'auto']);
        network.validation_size = '0';
        const message = assertPymvaError(Pymva.Error.VALUE, () => network.train(dataset, null));
        assertIn('validation-size is “0”', message);
    },
});
