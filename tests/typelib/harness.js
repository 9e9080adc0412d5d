// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs the cases of a suite, and reports in TAP, as harness.py does in Python.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import System from 'system';

// One split at 0.5 of the second feature, with -1 to the left and 2 to the right.
export const LIGHTGBM = `tree
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
`;

export function assertEqual(value, expected) {
    const [a, b] = [value, expected].map(show);
    if (a !== b)
        throw new Error(`${a} is not ${b}`);
}

export function assertTrue(value) {
    assertEqual(Boolean(value), true);
}

export function assertIn(part, whole) {
    if (!whole.includes(part))
        throw new Error(`“${part}” is not in “${whole}”`);
}

export function assertClose(values, expected, tolerance = 1e-6) {
    assertEqual(values.length, expected.length);
    Array.from(values).forEach((value, i) => {
        if (!(Math.abs(value - expected[i]) <= tolerance))
            throw new Error(`${value} is not close to ${expected[i]}`);
    });
}

// Asserts that a call fails with a code, and gives the message.
export function assertPymvaError(code, func) {
    try {
        func();
    } catch (error) {
        if (!error.matches?.(Pymva.Error, code))
            throw error;
        return error.message;
    }
    throw new Error('the call did not fail');
}

// A file of examples/data.
export function dataFile(name) {
    return Gio.File.new_for_path(
        GLib.build_filenamev([GLib.getenv('PYMVA_DATA_DIR'), name]));
}

// Four classes, and few of their events.
export function classDataset() {
    const result = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
    result.add_labelled(
        Pymva.Table.new_from_file(dataFile('multiclass_example.csv'), null, null), 'class');
    for (const name of ['var1', 'var2', 'var3', 'var4'])
        result.add_variable(name);
    result.set_cut(null, 'var1 > 0');
    return result;
}

// A small data set: four classes, or one variable as the target of the others.
export function fewEvents(analysisType) {
    const table = Pymva.Table.new_from_file(dataFile('multiclass_example.csv'), null, null);
    const result = Pymva.Dataset.new(analysisType);
    if (analysisType === Pymva.AnalysisType.REGRESSION) {
        result.add_events(table, 1);
        result.add_target('var4');
    } else {
        result.add_labelled(table, 'class');
    }
    for (const name of ['var1', 'var2', 'var3'])
        result.add_variable(name);
    result.set_cut(null, 'var1 > 1');
    return result;
}

// An empty file, which the caller removes.
export function newFile(name) {
    const [file, stream] = Gio.File.new_tmp(name);
    stream.close(null);
    return file;
}

// The model of one split.
export function newModel(text = LIGHTGBM) {
    const file = newFile('export-XXXXXX.txt');
    file.replace_contents(text, null, false, Gio.FileCreateFlags.NONE, null);
    const model = Pymva.Model.import(file, null, null);
    file.delete(null);
    return model;
}

// Runs the functions of an object, or lists their names where --list is given.
export function main(cases) {
    const names = Object.keys(cases).sort();
    if (System.programArgs.includes('--list')) {
        print(names.join('\n'));
        return;
    }

    const loop = new GLib.MainLoop(null, false);
    let failed = false;

    print(`1..${names.length}`);
    runAll(cases, names).then(ok => {
        failed = !ok;
        loop.quit();
    });
    loop.run();
    if (failed)
        System.exit(1);
}

async function runAll(cases, names) {
    let ok = true;
    for (const [i, name] of names.entries()) {
        try {
            // One after the other: the cases share an interpreter.
            // eslint-disable-next-line no-await-in-loop
            await cases[name]();
            print(`ok ${i + 1} ${name}`);
        } catch (error) {
            ok = false;
            print(`not ok ${i + 1} ${name}`);
            print(`# ${error.message}\n${error.stack}`.replaceAll('\n', '\n# '));
        }
    }
    return ok;
}

// Arrays of any kind show the same where they hold the same.
function show(value) {
    if (ArrayBuffer.isView(value))
        return show(Array.from(value));
    if (Array.isArray(value))
        return `[${value.map(show).join(', ')}]`;
    return typeof value === 'string' ? `“${value}”` : `${value}`;
}
