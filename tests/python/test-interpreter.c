/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pymva/pymva.h>

/* There is one interpreter per process, and it ends with it: what needs a fresh one runs in a
 * process of its own. */
static void
run_alone (void (*test) (void))
{
  if (g_test_subprocess ())
    {
      test ();
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

static void
run_code (const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) names =
    pymva_interpreter_run (pymva_interpreter_get_default (), code, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (names);
}

/* What the library logged, "level domain: message|"; g_test_expect_message() does not see
 * structured messages. */
static GString *logged;

static GLogWriterOutput
write_log (GLogLevelFlags level,
           const GLogField *fields,
           gsize n_fields,
           gpointer user_data)
{
  const char *domain = "";
  const char *message = "";

  if (level & G_LOG_LEVEL_DEBUG)
    return G_LOG_WRITER_HANDLED;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
    else if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
  g_string_append_printf (logged, "%d %s: %s|", (int) level, domain, message);

  return G_LOG_WRITER_HANDLED;
}

static void
catch_log (void)
{
  logged = g_string_new (NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
}

static void
assert_logged (const char *pattern)
{
  if (!g_pattern_match_simple (pattern, logged->str))
    g_error ("“%s” does not match “%s”", logged->str, pattern);
}

/* --- life --------------------------------------------------------------------------------- */

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
life_alone (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (PymvaInterpreter) same = g_object_new (PYMVA_TYPE_INTERPRETER, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (g_getenv ("PYMVA_PYTHON"));
  guint n_states = 0;

  g_assert_true (interpreter == same);
  g_assert_cmpint (pymva_interpreter_get_state (interpreter), ==, PYMVA_INTERPRETER_STATE_UNSET);
  g_assert_null (pymva_interpreter_get_version (interpreter));
  g_assert_null (pymva_interpreter_get_prefix (interpreter));
  g_assert_null (pymva_interpreter_get_executable (interpreter));
  g_assert_null (pymva_interpreter_get_library (interpreter));
  g_assert_null (pymva_interpreter_get_environment (interpreter));
  g_assert_false (pymva_interpreter_get_attached (interpreter));

  g_signal_connect (interpreter, "notify::state", G_CALLBACK (count_cb), &n_states);
  pymva_interpreter_start (interpreter, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_interpreter_start (interpreter, NULL, &error));
  g_assert_cmpint (pymva_interpreter_get_state (interpreter), ==, PYMVA_INTERPRETER_STATE_READY);
  g_assert_true (g_str_has_prefix (pymva_interpreter_get_version (interpreter), "3."));
  g_assert_cmpstr (pymva_interpreter_get_executable (interpreter), ==, g_getenv ("PYMVA_PYTHON"));
  g_assert_nonnull (strstr (pymva_interpreter_get_library (interpreter), "libpython3."));
  g_assert_true (g_str_has_prefix (folder, pymva_interpreter_get_prefix (interpreter)));
  g_assert_false (pymva_interpreter_get_attached (interpreter));

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_states, >=, 1);

  catch_log ();
  pymva_interpreter_set_environment (interpreter, "/tmp");
  assert_logged ("16 Pymva: *cannot be changed to “/tmp” *");
  g_assert_null (pymva_interpreter_get_environment (interpreter));
}

static void
test_life (void)
{
  run_alone (life_alone);
}

static void
started_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_true (pymva_interpreter_start_finish (PYMVA_INTERPRETER (object), result, &error));
  g_assert_no_error (error);
  *done = TRUE;
}

static void
start_async_alone (void)
{
  gboolean done = FALSE;

  pymva_interpreter_start_async (pymva_interpreter_get_default (), NULL, started_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (pymva_interpreter_get_state (pymva_interpreter_get_default ()), ==,
                   PYMVA_INTERPRETER_STATE_READY);
}

static void
test_start_async (void)
{
  run_alone (start_async_alone);
}

static void
shutdown_alone (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (PymvaObject) none = NULL;
  g_autoptr (GError) error = NULL;

  run_code ("import atexit\natexit.register (print, 'the end')\nprint ('no newline', end='')");
  pymva_interpreter_shutdown (interpreter);
  pymva_interpreter_shutdown (interpreter);
  g_assert_cmpint (pymva_interpreter_get_state (interpreter), ==, PYMVA_INTERPRETER_STATE_CLOSED);
  none = pymva_interpreter_evaluate (interpreter, "1", NULL, &error);
  g_assert_null (none);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_CLOSED);
}

static void
test_shutdown (void)
{
  run_alone (shutdown_alone);
  if (!g_test_subprocess ())
    g_test_trap_assert_stdout ("*no newlinethe end\n*");
}

/* --- which Python ------------------------------------------------------------------------- */

static char *scratch;

static char *
write_program (const char *name,
               const char *text)
{
  char *path = g_build_filename (scratch, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, &error);
  g_assert_no_error (error);

  return path;
}

/* What a Python of that kind would answer; see the question in pymva-discovery.c. */
static char *
write_fake (const char *name,
            const char *implementation,
            const char *version,
            const char *free_threaded,
            const char *soname)
{
  g_autofree char *text = g_strdup_printf (
    "#!/bin/sh\ncat <<EOF\nexecutable=%s/%s\nimplementation=%s\nversion=%s\nbase-prefix=%s\n"
    "free-threaded=%s\nlibdir=%s\nmultiarch=\nsoname=%s\nEOF\n",
    scratch, name, implementation, version, scratch, free_threaded, scratch, soname);

  return write_program (name, text);
}

static char *
make_environment (const char *name,
                  const char *python,
                  const char *settings)
{
  char *folder = g_build_filename (scratch, name, NULL);
  g_autofree char *bin = g_build_filename (folder, "bin", NULL);
  g_autofree char *link = g_build_filename (bin, "python3", NULL);
  g_autofree char *file = g_build_filename (folder, "pyvenv.cfg", NULL);

  g_assert_cmpint (g_mkdir_with_parents (bin, 0755), ==, 0);
  g_assert_cmpint (symlink (python, link), ==, 0);
  g_assert_true (g_file_set_contents (file, settings, -1, NULL));

  return folder;
}

static void
assert_refused (const char *environment,
                const char *pattern)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;

  pymva_interpreter_set_environment (interpreter, environment);
  g_assert_false (pymva_interpreter_start (interpreter, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("“%s” does not match “%s”", error->message, pattern);
  g_assert_cmpint (pymva_interpreter_get_state (interpreter), ==, PYMVA_INTERPRETER_STATE_UNSET);
}

static void
wrong_alone (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autofree char *pypy = write_fake ("pypy", "pypy", "3.10.13", "0", "libpypy3.so");
  g_autofree char *old = write_fake ("old", "cpython", "3.8.18", "0", "libpython3.8.so.1.0");
  g_autofree char *two = write_fake ("two", "cpython", "2.7.18", "0", "libpython2.7.so.1.0");
  g_autofree char *threads = write_fake ("threads", "cpython", "3.13.0", "1", "libpython3.13t.so");
  g_autofree char *bare = write_fake ("bare", "cpython", "3.12.1", "0", "libpython3.12.a");
  g_autofree char *mute = write_program ("mute", "#!/bin/sh\nexit 3\n");
  g_autofree char *plain = g_build_filename (scratch, "plain", NULL);
  g_autofree char *empty = g_build_filename (scratch, "empty", NULL);
  g_autofree char *other = make_environment ("other", "/usr/bin/python3", "version = 3.7.1\n");
  g_autofree char *gone = make_environment ("gone", "/nowhere/python3", "version = 3.9.0\n");
  g_autofree char *shim = NULL;
  g_autofree char *shim_text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (plain, "text", -1, NULL));
  g_assert_cmpint (g_mkdir_with_parents (empty, 0755), ==, 0);

  assert_refused ("/nowhere/at/all", "*“/nowhere/at/all” (property “environment”)*no such file*");
  assert_refused ("no-such-python", "*no such program in the PATH*");
  assert_refused (plain, "*not a program*");
  assert_refused (empty, "*no bin/python3*python3 -m venv*");
  assert_refused (mute, "*did not answer as a Python does*");
  assert_refused (pypy, "*it is pypy, not CPython*3.9 or newer*");
  assert_refused (old, "*it is Python 3.8.18*from 3.9 on*");
  assert_refused (two, "*it is Python 2.7.18*");
  assert_refused (threads, "*free-threaded build of Python 3.13.0*");
  assert_refused (bare, "*no shared library (libpython3.12.so)*--enable-shared*");
  assert_refused (other, "*made for Python 3.7*-m venv --clear*");
  assert_refused (gone, "*“/nowhere/python3”, is gone*-m venv --clear*");

  /* A script that starts Python stands for the Python that it starts. */
  shim_text = g_strdup_printf ("#!/bin/sh\nexec '%s' \"$@\"\n", g_getenv ("PYMVA_PYTHON"));
  shim = write_program ("shim", shim_text);
  pymva_interpreter_set_environment (interpreter, shim);
  pymva_interpreter_start (interpreter, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_interpreter_get_executable (interpreter), ==, g_getenv ("PYMVA_PYTHON"));
}

static void
test_wrong (void)
{
  run_alone (wrong_alone);
}

static void
active_alone (void)
{
  g_autofree char *broken = make_environment ("broken", "/nowhere/python3", "version = 3.9.0\n");
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;

  /* Nobody asked for an environment that merely happens to be active. */
  g_unsetenv ("PYMVA_PYTHON");
  g_setenv ("VIRTUAL_ENV", broken, TRUE);
  pymva_interpreter_start (interpreter, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_interpreter_get_prefix (interpreter), ==, "/usr");
}

static void
test_active (void)
{
  run_alone (active_alone);
}

static void
variables_alone (void)
{
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autofree char *folder = make_environment ("venv", "/usr/bin/python3", "home = /usr/bin\n");
  g_autoptr (GError) error = NULL;

  g_setenv ("VIRTUAL_ENV", "/nowhere", TRUE);
  g_setenv ("PYMVA_PYTHON", "/nowhere", TRUE);
  g_assert_false (pymva_interpreter_start (interpreter, NULL, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER);
  g_assert_nonnull (strstr (error->message, "(PYMVA_PYTHON)"));
  g_clear_error (&error);

  /* These would break a Python that listened to them. */
  g_setenv ("PYTHONHOME", "/nowhere", TRUE);
  g_setenv ("PYTHONPATH", "/nowhere", TRUE);
  g_unsetenv ("PYMVA_PYTHON");
  g_setenv ("VIRTUAL_ENV", folder, TRUE);
  pymva_interpreter_start (interpreter, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pymva_interpreter_get_prefix (interpreter), ==, folder);
  run_code ("import sys\n"
            "assert sys.base_prefix == '/usr', sys.base_prefix\n"
            "assert '/nowhere' not in sys.path, sys.path\n"
            "import _ctypes, ssl");
}

static void
test_variables (void)
{
  run_alone (variables_alone);
}

static void
describe_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) description =
    pymva_interpreter_describe (pymva_interpreter_get_default (), &error);
  g_autoptr (GVariant) frameworks = NULL;
  const char *version = NULL;
  gboolean attached = TRUE;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (description, "version", "&s", &version));
  g_assert_cmpstr (version, ==, pymva_interpreter_get_version (pymva_interpreter_get_default ()));
  g_assert_true (g_variant_lookup (description, "attached", "b", &attached));
  g_assert_false (attached);
  frameworks = g_variant_lookup_value (description, "frameworks", G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (frameworks);
}

static void
test_describe (void)
{
  run_alone (describe_alone);
}

/* --- the process -------------------------------------------------------------------------- */

static void
handler (int number)
{
}

static void
process_alone (void)
{
  struct sigaction before[NSIG] = { 0 };
  struct sigaction action = { .sa_handler = handler };

  g_assert_cmpint (sigaction (SIGINT, &action, NULL), ==, 0);
  g_assert_nonnull (setlocale (LC_ALL, "C"));
  for (int number = 1; number < NSIG; number++)
    sigaction (number, NULL, &before[number]);

  run_code ("import asyncio, multiprocessing, signal, subprocess, sys\n"
            "assert sys.getfilesystemencoding () == 'utf-8', sys.getfilesystemencoding ()\n"
            "subprocess.run ([sys.executable, '-c', 'pass'], check=True)");

  g_assert_cmpstr (setlocale (LC_ALL, NULL), ==, "C");
  for (int number = 1; number < NSIG; number++)
    {
      struct sigaction now = { 0 };

      sigaction (number, NULL, &now);
      g_assert_true (now.sa_handler == before[number].sa_handler);
    }
}

static void
test_process (void)
{
  run_alone (process_alone);
}

static void
finish_cb (GObject *object,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;
  g_autoptr (PymvaObject) names =
    pymva_interpreter_run_finish (PYMVA_INTERPRETER (object), result, &error);

  g_assert_no_error (error);
  *done = TRUE;
}

static void
run_on_worker (const char *code)
{
  gboolean done = FALSE;

  pymva_interpreter_run_async (pymva_interpreter_get_default (), code, NULL, NULL, NULL, finish_cb,
                               &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static void
pipe_alone (void)
{
  run_on_worker ("import os\n"
                 "reader, writer = os.pipe ()\n"
                 "os.close (reader)\n"
                 "try:\n"
                 "    os.write (writer, b'x')\n"
                 "except BrokenPipeError:\n"
                 "    pass\n"
                 "else:\n"
                 "    raise AssertionError");
}

static void
test_pipe (void)
{
  run_alone (pipe_alone);
}

static void
fork_alone (void)
{
  int status = 0;
  pid_t child;

  run_code ("pass");
  child = fork ();
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) value =
        pymva_interpreter_evaluate (pymva_interpreter_get_default (), "1", NULL, &error);

      _exit (value == NULL && g_error_matches (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER)
                 && strstr (error->message, "spawn") != NULL
               ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  run_code ("import os\n"
            "child = os.fork ()\n"
            "if child == 0:\n"
            "    print ('the child prints', flush=True)\n"
            "    os._exit (0)\n"
            "assert os.waitpid (child, 0)[1] == 0");
}

static void
test_fork (void)
{
  run_alone (fork_alone);
  if (!g_test_subprocess ())
    g_test_trap_assert_stdout ("*the child prints*");
}

static void
busy_exit_alone (void)
{
  pymva_interpreter_run_async (
    pymva_interpreter_get_default (),
    "import atexit\natexit.register (print, 'ended')\nprint ('begun')\nwhile True: pass",
    NULL, NULL, NULL, NULL, NULL);
  g_usleep (300000);
}

static void
test_busy_exit (void)
{
  run_alone (busy_exit_alone);
  if (!g_test_subprocess ())
    g_test_trap_assert_stdout ("*begun\nended\n*");
}

/* --- output ------------------------------------------------------------------------------- */

typedef struct
{
  GThread *thread;
  GString *text;
} Listener;

static void
output_cb (PymvaInterpreter *interpreter,
           PymvaStream stream,
           const char *line,
           gpointer user_data)
{
  Listener *listener = user_data;

  g_assert_true (g_thread_self () == listener->thread);
  g_string_append_printf (listener->text, "%s:%s|", stream == PYMVA_STREAM_STDOUT ? "out" : "err",
                          line);
}

static void
output_alone (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Listener listener = { g_thread_self (), text };
  gulong handler_id = g_signal_connect (pymva_interpreter_get_default (), "output",
                                        G_CALLBACK (output_cb), &listener);

  run_code ("import sys\n"
            "print ('one\\ntwo', end='')\n"
            "print (' and a half')\n"
            "print ('wrong', file=sys.stderr)\n"
            "print ('10 %\\r20 %')");
  g_assert_cmpstr (text->str, ==, "out:one|out:two and a half|err:wrong|out:10 %|out:20 %|");

  g_string_truncate (text, 0);
  run_on_worker ("print ('from afar')\nprint ('unfinished', end='')");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (text->str, ==, "out:from afar|out:unfinished|");

  g_signal_handler_disconnect (pymva_interpreter_get_default (), handler_id);
  run_code ("print ('not lost')");
}

static void
test_output (void)
{
  run_alone (output_alone);
  if (!g_test_subprocess ())
    {
      g_test_trap_assert_stdout ("*not lost\n*");
      g_test_trap_assert_stdout_unmatched ("*from afar*");
    }
}

static void
logging_alone (void)
{
  catch_log ();
  run_code ("import logging, warnings\n"
            "logger = logging.getLogger ('mine')\n"
            "logger.error ('very %s', 'wrong')\n"
            "logger.warning ('odd')\n"
            "logger.info ('nobody asked')\n"
            "warnings.warn ('look')\n"
            "print ('said')");
  assert_logged ("16 Pymva-Python: mine: very wrong|32 Pymva-Python: mine: odd|"
                 "32 Pymva-Python: py.warnings: *UserWarning: look*|64 Pymva-Python: said|");
}

static void
test_logging (void)
{
  run_alone (logging_alone);
}

int
main (int argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  scratch = g_dir_make_tmp ("pymva-interpreter-XXXXXX", NULL);
  g_assert_nonnull (scratch);

  g_test_add_func ("/interpreter/life", test_life);
  g_test_add_func ("/interpreter/start-async", test_start_async);
  g_test_add_func ("/interpreter/shutdown", test_shutdown);
  g_test_add_func ("/interpreter/wrong", test_wrong);
  g_test_add_func ("/interpreter/active", test_active);
  g_test_add_func ("/interpreter/variables", test_variables);
  g_test_add_func ("/interpreter/describe", test_describe);
  g_test_add_func ("/interpreter/process", test_process);
  g_test_add_func ("/interpreter/pipe", test_pipe);
  g_test_add_func ("/interpreter/fork", test_fork);
  g_test_add_func ("/interpreter/busy-exit", test_busy_exit);
  g_test_add_func ("/interpreter/output", test_output);
  g_test_add_func ("/interpreter/logging", test_logging);

  result = g_test_run ();
  g_spawn_command_line_sync (g_strdup_printf ("rm -rf %s", scratch), NULL, NULL, NULL, NULL);

  return result;
}
