// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the manuals of the libraries that this one builds on are.
var baseURLs = [
  ['GLib', 'https://docs.gtk.org/glib/'],
  ['GObject', 'https://docs.gtk.org/gobject/'],
  ['Gio', 'https://docs.gtk.org/gio/'],
];
