/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

#include <pymva/pymva-error.h>

#include "python/pymva-discovery-private.h"

/* What a Python says of itself, one "name=value" per line. It runs isolated and without `site`:
 * nothing of the user's is executed. */
static const char question[] =
  "import sys, sysconfig\n"
  "v = sysconfig.get_config_var\n"
  "for name, value in (('executable', sys.executable),\n"
  "    ('implementation', sys.implementation.name),\n"
  "    ('version', '%d.%d.%d' % sys.version_info[:3]),\n"
  "    ('base-prefix', sys.base_prefix), ('free-threaded', v('Py_GIL_DISABLED') or 0),\n"
  "    ('libdir', v('LIBDIR')), ('multiarch', v('MULTIARCH')), ('soname', v('INSTSONAME'))):\n"
  "    print('%s=%s' % (name, '' if value is None else value))\n";

/* An answer takes some 10 ms; a program that is no Python must not keep us. */
#define ANSWER_TIMEOUT 10000000
#define ANSWER_SIZE 65536

void
pymva_python_free (PymvaPython *self)
{
  g_free (self->executable);
  g_free (self->library);
  g_free (self->version);
  g_free (self->prefix);
  g_free (self->base_prefix);
  g_free (self->origin);
  g_free (self);
}

/* Reads what a child writes until it ends its output, or until it takes too long or too much. */
static GString *
read_answer (int fd)
{
  GString *answer = g_string_new (NULL);
  gint64 deadline = g_get_monotonic_time () + ANSWER_TIMEOUT;

  while (answer->len < ANSWER_SIZE)
    {
      struct pollfd poll_fd = { fd, POLLIN };
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
      char buffer[4096];
      gssize n_read;

      if (left <= 0 || poll (&poll_fd, 1, (int) left) == 0)
        break;
      n_read = read (fd, buffer, sizeof buffer);
      if (n_read == 0)
        return answer;
      if (n_read < 0 && errno != EINTR)
        break;
      if (n_read > 0)
        g_string_append_len (answer, buffer, n_read);
    }

  g_string_truncate (answer, 0);
  return answer;
}

static GHashTable *
ask_python (const char *executable,
            GError **error)
{
  const char *argv[] = { executable, "-I", "-S", "-c", question, NULL };
  g_autoptr (GHashTable) facts = NULL;
  g_autoptr (GString) answer = NULL;
  g_auto (GStrv) lines = NULL;
  GPid pid;
  int output;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                                 &pid, NULL, &output, NULL, error))
    return NULL;

  answer = read_answer (output);
  close (output);
  if (answer->len == 0)
    kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (pid);

  facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lines = g_strsplit (answer->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (lines[i], '=');

      if (equals != NULL)
        g_hash_table_insert (facts, g_strndup (lines[i], equals - lines[i]), g_strdup (equals + 1));
    }

  if (!g_hash_table_contains (facts, "soname"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "it did not answer as a Python does; choose a Python from 3.9 on, or the folder "
                   "of a virtual environment");
      return NULL;
    }

  return g_steal_pointer (&facts);
}

/* Version managers put scripts in the place of Python, which is behind them. */
static gboolean
is_script (const char *path)
{
  FILE *file = fopen (path, "re");
  char start[2] = { 0 };
  gboolean script = FALSE;

  if (file != NULL)
    {
      script = fread (start, 1, 2, file) == 2 && memcmp (start, "#!", 2) == 0;
      fclose (file);
    }

  return script;
}

/* The executable that a folder or a name stands for. */
static char *
find_executable (const char *environment,
                 GError **error)
{
  static const char * const names[] = { "python3", "python" };
  g_autofree char *path = NULL;

  if (strchr (environment, G_DIR_SEPARATOR) == NULL
      && !g_file_test (environment, G_FILE_TEST_IS_DIR))
    {
      path = g_find_program_in_path (environment);
      if (path == NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                       "there is no such folder, and no such program in the PATH; give the folder "
                       "of a virtual environment or the path of a Python");
          return NULL;
        }
      return g_steal_pointer (&path);
    }

  /* Not canonicalised: behind its link, a virtual environment's Python is just the system's. */
  path = g_canonicalize_filename (environment, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autofree char *executable = g_build_filename (path, "bin", names[i], NULL);

          if (g_file_test (executable, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer (&executable);
          if (g_file_test (executable, G_FILE_TEST_IS_SYMLINK))
            {
              g_autofree char *target = g_file_read_link (executable, NULL);

              g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                           "the Python it was made from, “%s”, is gone; make the environment anew "
                           "with “python3 -m venv --clear %s”", target, path);
              return NULL;
            }
        }
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "the folder holds no bin/python3; make it an environment with "
                   "“python3 -m venv %s”", path);
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "there is no such file; give the folder of a virtual environment or the path of "
                   "a Python");
      return NULL;
    }
  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "the file is not a program; give the folder of a virtual environment or the "
                   "path of a Python");
      return NULL;
    }

  return g_steal_pointer (&path);
}

/* The virtual environment that an executable lies in, or NULL. */
static char *
find_virtual_environment (const char *executable)
{
  g_autofree char *bin = g_path_get_dirname (executable);
  g_autofree char *folder = g_path_get_dirname (bin);
  g_autofree char *beside = g_build_filename (bin, "pyvenv.cfg", NULL);
  g_autofree char *above = g_build_filename (folder, "pyvenv.cfg", NULL);

  if (g_file_test (above, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&folder);
  if (g_file_test (beside, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&bin);

  return NULL;
}

/* The version that a virtual environment was made for, "3.11" or NULL where it does not say. */
static char *
read_environment_version (const char *folder)
{
  g_autofree char *file = g_build_filename (folder, "pyvenv.cfg", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (file, &text, NULL, NULL))
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "=", 2);

      if (words[0] == NULL || words[1] == NULL)
        continue;
      g_strstrip (words[0]);
      /* `venv` writes “version”, other tools “version_info”. */
      if (g_str_equal (words[0], "version") || g_str_equal (words[0], "version_info"))
        {
          g_auto (GStrv) numbers = g_strsplit (g_strstrip (words[1]), ".", 3);

          if (g_strv_length (numbers) >= 2)
            return g_strdup_printf ("%s.%s", numbers[0], numbers[1]);
        }
    }

  return NULL;
}

static char *
find_library (GHashTable *facts,
              guint minor)
{
  const char *base_prefix = g_hash_table_lookup (facts, "base-prefix");
  const char *libdir = g_hash_table_lookup (facts, "libdir");
  const char *multiarch = g_hash_table_lookup (facts, "multiarch");
  const char *soname = g_hash_table_lookup (facts, "soname");
  g_autofree char *usual = g_strdup_printf ("libpython3.%u.so.1.0", minor);
  /* Static builds name an archive; a shared library may lie beside it all the same. */
  const char *names[] = { strstr (soname, ".so") != NULL ? soname : usual, usual };
  g_autofree char *lib = g_build_filename (base_prefix, "lib", NULL);
  const char *folders[] = { libdir, lib };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (folders); j++)
      {
        g_autofree char *plain = g_build_filename (folders[j], names[i], NULL);
        g_autofree char *nested = g_build_filename (folders[j], multiarch, names[i], NULL);

        if (g_file_test (plain, G_FILE_TEST_EXISTS))
          return g_steal_pointer (&plain);
        if (g_file_test (nested, G_FILE_TEST_EXISTS))
          return g_steal_pointer (&nested);
      }

  return NULL;
}

static gboolean
check_facts (PymvaPython *self,
             GHashTable *facts,
             GError **error)
{
  const char *implementation = g_hash_table_lookup (facts, "implementation");
  guint major = 0;

  if (!g_str_equal (implementation, "cpython"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "it is %s, not CPython; choose a CPython of version 3.9 or newer",
                   implementation);
      return FALSE;
    }
  if (sscanf (self->version, "%u.%u", &major, &self->minor) != 2 || major != 3 || self->minor < 9)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "it is Python %s; choose a version from 3.9 on", self->version);
      return FALSE;
    }
  if (!g_str_equal (g_hash_table_lookup (facts, "free-threaded"), "0"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "it is a free-threaded build of Python %s, which is not supported; choose an "
                   "ordinary build", self->version);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_environment_version (PymvaPython *self,
                           GError **error)
{
  g_autofree char *made_for = NULL;
  g_autofree char *version = g_strdup_printf ("3.%u", self->minor);

  if (!self->virtual_environment)
    return TRUE;

  made_for = read_environment_version (self->prefix);
  if (made_for == NULL || g_str_equal (made_for, version))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
               "the environment was made for Python %s, but its Python is now %s and would not "
               "find its packages; make it anew with “%s -m venv --clear %s”",
               made_for, self->version, self->executable, self->prefix);
  return FALSE;
}

static PymvaPython *
look_at (const char *environment,
         const char *origin,
         GError **error)
{
  g_autoptr (PymvaPython) self = g_new0 (PymvaPython, 1);
  g_autoptr (GHashTable) facts = NULL;

  self->origin = g_strdup (origin);
  self->executable = find_executable (environment, error);
  if (self->executable == NULL || (facts = ask_python (self->executable, error)) == NULL)
    return NULL;

  if (is_script (self->executable))
    {
      g_free (self->executable);
      self->executable = g_strdup (g_hash_table_lookup (facts, "executable"));
    }
  self->version = g_strdup (g_hash_table_lookup (facts, "version"));
  self->base_prefix = g_strdup (g_hash_table_lookup (facts, "base-prefix"));
  self->prefix = find_virtual_environment (self->executable);
  self->virtual_environment = self->prefix != NULL;
  if (self->prefix == NULL)
    self->prefix = g_strdup (self->base_prefix);

  if (!check_facts (self, facts, error) || !check_environment_version (self, error))
    return NULL;

  self->library = find_library (facts, self->minor);
  if (self->library == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "Python %s in “%s” has no shared library (libpython3.%u.so), so that it cannot "
                   "be loaded into a program; install the library (Debian: libpython3.%u), or "
                   "build Python with --enable-shared, or choose another Python",
                   self->version, self->base_prefix, self->minor, self->minor);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* Says of an error what it is about. */
static PymvaPython *
look_at_request (const char *environment,
                 const char *origin,
                 GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PymvaPython *python = look_at (environment, origin, &local_error);

  if (python == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                 "The Python “%s” (%s) cannot be used: %s", environment, origin,
                 local_error->message);

  return python;
}

PymvaPython *
pymva_discovery_choose (const char *environment,
                        GError **error)
{
  const char *wanted = g_getenv ("PYMVA_PYTHON");
  const char *active = g_getenv ("VIRTUAL_ENV");

  if (environment != NULL)
    return look_at_request (environment, "property “environment”", error);
  if (wanted != NULL && *wanted != '\0')
    return look_at_request (wanted, "PYMVA_PYTHON", error);
  if (active != NULL && *active != '\0')
    {
      g_autoptr (GError) local_error = NULL;
      PymvaPython *python = look_at_request (active, "VIRTUAL_ENV", &local_error);

      if (python != NULL)
        return python;
      /* Nobody asked us to use it. */
      g_info ("%s", local_error->message);
    }

  return look_at_request (PYMVA_DEFAULT_PYTHON, "the system's", error);
}

char *
pymva_discovery_dup_prefix (const char *environment,
                            GError **error)
{
  g_autofree char *executable = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (PymvaPython) python = NULL;

  executable = find_executable (environment, error);
  if (executable == NULL)
    return NULL;
  folder = find_virtual_environment (executable);
  if (folder != NULL)
    return g_steal_pointer (&folder);

  python = look_at (environment, "property “environment”", error);
  return python != NULL ? g_steal_pointer (&python->prefix) : NULL;
}
