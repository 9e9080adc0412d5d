#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files in pieces through the typelib; table-stream.js has the same cases."""

import os
import tempfile

from gi.repository import Gio, GLib
from harness import LIGHTGBM, Pymva, TypelibTest, data_file, main, wait


class TableStreamTest(TypelibTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.events = self.write('events.csv', b'word,a,b\nx,1,0\ny,2,1\nx,3,0.25\n')
        options = GLib.Variant('a{sv}', {'targets': GLib.Variant('as', ['t'])})
        self.model = Pymva.Model.import_(self.write('model.txt', LIGHTGBM), options, None)

    def path(self, name):
        return Gio.File.new_for_path(os.path.join(self.folder, name))

    def write(self, name, content):
        file = self.path(name)
        file.replace_contents(content, None, False, Gio.FileCreateFlags.NONE, None)
        return file

    def read(self, file):
        return file.load_contents(None)[1].decode()

    def test_pieces(self):
        stream = Pymva.TableStream.new(data_file('multiclass_example.csv'), None)
        stream.set_piece_size(3000)
        stream.add_row_numbers('row', 10)
        first = stream.read(None)
        self.assertEqual(first.get_n_rows(), 3000)
        second = wait(stream.read_async, None)
        second = stream.read_finish(second)
        self.assertEqual(second.get_n_rows(), 1000)
        self.assertEqual(second.get_column('row').get_value([0]), 3010)
        self.assertEqual(stream.get_n_rows(), 4000)
        self.assertEqual(stream.get_fraction(), 1)
        self.assertIsNone(stream.read(None))

    def test_predict_stream(self):
        stream = Pymva.TableStream.new(self.events, None)
        writer = Pymva.TableWriter.new(self.path('out.csv'), None)
        options = GLib.Variant('a{sv}', {
            'keep': GLib.Variant('as', ['word', 'sum := a + b']),
            'n-threads': GLib.Variant('u', 2)})
        report = self.model.predict_stream(stream, writer, options, None).unpack()
        self.assertEqual(writer.get_n_rows(), 3)
        self.assertTrue(writer.close(None))
        self.assertEqual((report['n-read'], report['n-written'], report['n-threads']), (3, 3, 2))
        self.assertEqual(self.read(self.path('out.csv')),
                         'word,sum,t\nx,1,-1\ny,3,2\nx,3.25,-1\n')

    def test_predict_stream_async(self):
        stream = Pymva.TableStream.new(self.events, None)
        memory = Gio.MemoryOutputStream.new_resizable()
        writer = Pymva.TableWriter.new_for_stream(memory, None)
        result = wait(self.model.predict_stream_async, stream, writer, None, None)
        report = self.model.predict_stream_finish(result).unpack()
        writer.close(None)
        memory.close(None)
        self.assertEqual(report['n-written'], 3)
        self.assertEqual(memory.steal_as_bytes().get_data(), b't\n-1\n2\n-1\n')

    def test_write(self):
        writer = Pymva.TableWriter.new(self.path('out.csv'), GLib.Variant('a{sv}', {
            'types': GLib.Variant('a{ss}', {'x': 'float32'})}))
        table = Pymva.Table()
        table.add_column('x', Pymva.Tensor.new_from_doubles([0.1, 1 / 3], 0))
        self.assertTrue(writer.write(table, None))
        self.assertTrue(writer.close(None))
        self.assertEqual(self.read(self.path('out.csv')), 'x\n0.1\n0.33333334\n')
        self.assertPymvaError(Pymva.Error.FAILED, writer.write, table, None)

    def test_write_discarded(self):
        self.write('out.csv', b'old')
        writer = Pymva.TableWriter.new(self.path('out.csv'), None)
        table = Pymva.Table()
        table.add_column('x', Pymva.Tensor.new_from_doubles([1], 0))
        writer.write(table, None)
        writer.discard()
        self.assertEqual(self.read(self.path('out.csv')), 'old')


main(TableStreamTest)
