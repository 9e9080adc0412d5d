# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python side of libpymva: glue, and one adapter per framework.

Its modules live in the library's resources. They know nothing of GObject."""
