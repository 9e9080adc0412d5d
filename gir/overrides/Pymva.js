// SPDX-License-Identifier: LGPL-2.1-or-later
// What JavaScript programs get on top of the library: promises, iteration and typed arrays. It only
// adds to what the typelib describes.

const {Gio, GLib} = imports.gi;

// The typed array of each element type that has one.
function elementTypes(Pymva) {
    return [
        [Pymva.DType.FLOAT32, Float32Array],
        [Pymva.DType.FLOAT64, Float64Array],
        [Pymva.DType.INT8, Int8Array],
        [Pymva.DType.UINT8, Uint8Array],
        [Pymva.DType.INT16, Int16Array],
        [Pymva.DType.INT32, Int32Array],
        [Pymva.DType.INT64, BigInt64Array],
        [Pymva.DType.BOOL, Uint8Array],
    ];
}

// The pairs that return a promise when they are called without a callback.
const ASYNC_METHODS = {
    Dataset: ['prepare'],
    Factory: ['evaluate_all', 'test_all', 'train_all'],
    Interpreter: ['import_module', 'run', 'start'],
    Method: ['predict', 'train'],
    Model: ['export', 'predict', 'predict_stream', 'predict_table'],
    Object: ['call', 'call_method'],
    TableStream: ['read'],
};
const ASYNC_FUNCTIONS = {
    Model: ['import', 'load'],
    Table: ['new_from_file', 'new_from_files'],
};

function promisify(Pymva) {
    for (const [name, methods] of Object.entries(ASYNC_METHODS)) {
        for (const method of methods)
            Gio._promisify(Pymva[name].prototype, `${method}_async`, `${method}_finish`);
    }
    for (const [name, functions] of Object.entries(ASYNC_FUNCTIONS)) {
        for (const func of functions)
            Gio._promisify(Pymva[name], `${func}_async`, `${func}_finish`);
    }
}

// eslint-disable-next-line no-unused-vars
function _init() {
    const Pymva = this;

    promisify(Pymva);

    // The tensor of a typed array's numbers; one dimension where no shape is given.
    Pymva.Tensor.from_array = function (array, shape = [array.length]) {
        const entry = elementTypes(Pymva).find(([, type]) => array instanceof type);
        if (!entry)
            throw new TypeError('A tensor is made from a typed array, such as a Float32Array');

        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        return Pymva.Tensor.new(entry[0], shape, new GLib.Bytes(bytes));
    };

    // The numbers as a typed array: BigInt64Array for int64, Uint8Array for truth values.
    Pymva.Tensor.prototype.to_array = function () {
        const [, type] = elementTypes(Pymva).find(([dtype]) => dtype === this.dtype);
        const bytes = this.get_bytes().toArray();
        return new type(bytes.slice().buffer);
    };

    // The items of a Python list, tuple or any other iterable.
    Pymva.Object.prototype[Symbol.iterator] = function () {
        return this.list_items()[Symbol.iterator]();
    };

    // The methods of a factory.
    Pymva.Factory.prototype[Symbol.iterator] = function* () {
        for (let i = 0; i < this.get_n_items(); i++)
            yield this.get_item(i);
    };

    Pymva.Object.prototype.toString = function () {
        return this.to_string();
    };
}
