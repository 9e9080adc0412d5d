// SPDX-License-Identifier: LGPL-2.1-or-later
// A program of another project in Vala: one blocking call, and one that yields.

const string DATA = "examples/data/multiclass_example.csv";

async int64 count_rows () throws Error {
  var table = yield new Pymva.Table.from_file_async (File.new_for_path (DATA), null, null);
  return table.get_n_rows ();
}

int main () {
  var loop = new MainLoop ();
  int status = 1;

  count_rows.begin ((object, result) => {
    try {
      var table = new Pymva.Table.from_file (File.new_for_path (DATA), null, null);
      print ("rows: %lld, from the callback: %lld\n",
             table.get_n_rows (), count_rows.end (result));
      status = 0;
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    loop.quit ();
  });
  loop.run ();

  return status;
}
