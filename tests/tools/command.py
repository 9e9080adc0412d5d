# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the command share. They run the built program, as a user does."""

import csv
import io
import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import unittest

TOOL = os.environ["PYMVA_TOOL"]
DATA = pathlib.Path(os.environ["PYMVA_DATA_DIR"])
SOURCE = pathlib.Path(os.environ["PYMVA_SOURCE_DIR"])


class CommandTest(unittest.TestCase):
    """Runs the program in an empty folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.path(name)

    def run_tool(self, *arguments, status=0, **options):
        """Runs the program to its end, and returns what it wrote."""
        done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, check=False,
                              cwd=self.folder, text=options.pop("text", True), **options)
        self.assertEqual(done.returncode, status,
                         f"{arguments}\nstdout: {done.stdout}\nstderr: {done.stderr}")
        return done

    def assert_fails(self, *arguments, status=1, says=(), **options):
        """The program fails with one sentence, which names what is wrong."""
        done = self.run_tool(*arguments, status=status, **options)
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines() if line.startswith("pymva: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertEqual(done.stderr.splitlines()[-1], lines[0])
        for text in says:
            self.assertIn(text, lines[0])
        return done

    def run_on_terminal(self, *arguments):
        """Runs the program with its stderr on a terminal; returns status, stdout and stderr."""
        master, slave = pty.openpty()
        with subprocess.Popen([TOOL, *map(str, arguments)], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=slave,
                              env=dict(os.environ, TERM="xterm")) as process:
            os.close(slave)
            seen = b""
            while True:
                # A terminal whose other side is closed gives an error, not an end of file.
                select.select([master], [], [])
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                seen += piece
            os.close(master)
            output = process.stdout.read()
            process.wait()
        return process.returncode, output, seen.decode()

    def leftovers(self):
        """The names of the files in the folder."""
        return sorted(entry.name for entry in self.folder.iterdir())


def read_csv(text):
    """The columns of a CSV text: names and lists of numbers."""
    rows = list(csv.reader(io.StringIO(text)))
    return {name: [float(row[i]) for row in rows[1:]] for i, name in enumerate(rows[0])}


def read_figures(text):
    """The rows of a table of figures: lists of cells by the title, which is the first."""
    body = text.split("\n\n", 1)[1].splitlines()[1:]
    rows = [re.split(r"\s{2,}", line.strip()) for line in body]
    return {row[0]: row for row in rows}
