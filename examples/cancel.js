// SPDX-License-Identifier: LGPL-2.1-or-later

// A training in the background that the user stops: the main loop runs on, the signals arrive in
// it, and the method can be trained again.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

Gio._promisify(Pymva.Method.prototype, 'train_async', 'train_finish');

const data = ARGV[0] ?? 'examples/data/multiclass_example.csv';

const table = Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(data), null, null);
const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
dataset.add_labelled(table, 'class');
for (const variable of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(variable);

const loop = new GLib.MainLoop(null, false);
const cancellable = new Gio.Cancellable();
const network = new Pymva.Torch({epochs: 100000});

const handler = network.connect('iteration', (_network, index) => {
    if (index === 2) {
        print('three epochs are enough');
        cancellable.cancel();
    }
});

async function train() {
    try {
        await network.train_async(dataset, cancellable);
    } catch (error) {
        if (error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
            print('cancelled');
    }
    loop.quit();
}

train();
loop.run();

network.disconnect(handler);
network.epochs = 2;
network.train(dataset, null);
print('trained with two epochs');
