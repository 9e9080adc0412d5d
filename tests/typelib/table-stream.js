// SPDX-License-Identifier: LGPL-2.1-or-later
// Files in pieces through the typelib; table-stream.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {LIGHTGBM, assertEqual, assertPymvaError, assertTrue, dataFile, main} from './harness.js';

// A folder of its own for each case, which leaves it empty.
class Fixture {
    constructor() {
        this.folder = Gio.File.new_for_path(GLib.dir_make_tmp('pymva-test-XXXXXX'));
        this.events = this.write('events.csv', 'word,a,b\nx,1,0\ny,2,1\nx,3,0.25\n');
        this.model = Pymva.Model.import(this.write('model.txt', LIGHTGBM),
            new GLib.Variant('a{sv}', {targets: new GLib.Variant('as', ['t'])}), null);
    }

    path(name) {
        return this.folder.get_child(name);
    }

    write(name, text) {
        const file = this.path(name);
        file.replace_contents(new TextEncoder().encode(text), null, false,
            Gio.FileCreateFlags.NONE, null);
        return file;
    }

    read(name) {
        return new TextDecoder().decode(this.path(name).load_contents(null)[1]);
    }

    remove() {
        const files = this.folder.enumerate_children('standard::name', 0, null);
        for (let info = files.next_file(null); info !== null; info = files.next_file(null))
            this.path(info.get_name()).delete(null);
        this.folder.delete(null);
    }
}

main({
    async test_pieces() {
        const stream = Pymva.TableStream.new(dataFile('multiclass_example.csv'), null);
        stream.set_piece_size(3000);
        stream.add_row_numbers('row', 10);
        const first = stream.read(null);
        assertEqual(first.get_n_rows(), 3000);
        const second = await stream.read_async(null);
        assertEqual(second.get_n_rows(), 1000);
        assertEqual(second.get_column('row').get_value([0]), 3010);
        assertEqual(stream.get_n_rows(), 4000);
        assertEqual(stream.get_fraction(), 1);
        assertEqual(stream.read(null), null);
    },

    test_predict_stream() {
        const fixture = new Fixture();
        const stream = Pymva.TableStream.new(fixture.events, null);
        const writer = Pymva.TableWriter.new(fixture.path('out.csv'), null);
        const report = fixture.model.predict_stream(stream, writer, new GLib.Variant('a{sv}', {
            keep: new GLib.Variant('as', ['word', 'sum := a + b']),
            'n-threads': GLib.Variant.new_uint32(2),
        }), null).recursiveUnpack();
        assertEqual(writer.get_n_rows(), 3);
        assertTrue(writer.close(null));
        assertEqual([report['n-read'], report['n-written'], report['n-threads']], [3, 3, 2]);
        assertEqual(fixture.read('out.csv'), 'word,sum,t\nx,1,-1\ny,3,2\nx,3.25,-1\n');
        fixture.remove();
    },

    async test_predict_stream_async() {
        const fixture = new Fixture();
        const stream = Pymva.TableStream.new(fixture.events, null);
        const memory = Gio.MemoryOutputStream.new_resizable();
        const writer = Pymva.TableWriter.new_for_stream(memory, null);
        const report = (await fixture.model.predict_stream_async(stream, writer, null, null))
            .recursiveUnpack();
        writer.close(null);
        memory.close(null);
        assertEqual(report['n-written'], 3);
        assertEqual(new TextDecoder().decode(memory.steal_as_bytes().toArray()), 't\n-1\n2\n-1\n');
        fixture.remove();
    },

    test_write() {
        const fixture = new Fixture();
        const writer = Pymva.TableWriter.new(fixture.path('out.csv'), new GLib.Variant('a{sv}', {
            types: new GLib.Variant('a{ss}', {x: 'float32'}),
        }));
        const table = new Pymva.Table();
        table.add_column('x', Pymva.Tensor.new_from_doubles([0.1, 1 / 3], 0));
        assertTrue(writer.write(table, null));
        assertTrue(writer.close(null));
        assertEqual(fixture.read('out.csv'), 'x\n0.1\n0.33333334\n');
        assertPymvaError(Pymva.Error.FAILED, () => writer.write(table, null));
        fixture.remove();
    },

    test_write_discarded() {
        const fixture = new Fixture();
        fixture.write('out.csv', 'old');
        const writer = Pymva.TableWriter.new(fixture.path('out.csv'), null);
        const table = new Pymva.Table();
        table.add_column('x', Pymva.Tensor.new_from_doubles([1], 0));
        writer.write(table, null);
        writer.discard();
        assertEqual(fixture.read('out.csv'), 'old');
        fixture.remove();
    },
});
