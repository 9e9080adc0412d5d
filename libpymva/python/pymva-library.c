/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <dlfcn.h>
#include <link.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <gmodule.h>

#include <pymva/pymva-error.h>

#include "python/pymva-library-private.h"

typedef struct
{
  gpointer handle;
  int (*is_initialized) (void);
  const char *(*get_version) (void);
  int (*gil_state_check) (void);
  gpointer (*save_thread) (void);
  void (*restore_thread) (gpointer state);
} Library;

static GMutex library_lock;
/* Set once, under the lock; then constant. */
static Library *library;

static Library *
library_new_for_handle (gpointer handle)
{
  Library found = {
    .handle = handle,
    .is_initialized = dlsym (handle, "Py_IsInitialized"),
    .get_version = dlsym (handle, "Py_GetVersion"),
    .gil_state_check = dlsym (handle, "PyGILState_Check"),
    .save_thread = dlsym (handle, "PyEval_SaveThread"),
    .restore_thread = dlsym (handle, "PyEval_RestoreThread"),
  };

  if (found.is_initialized == NULL || found.get_version == NULL || found.gil_state_check == NULL
      || found.save_thread == NULL || found.restore_thread == NULL)
    return NULL;

  return g_memdup2 (&found, sizeof found);
}

/* The symbols that extension modules would bind to. RTLD_DEFAULT would also answer for libraries
 * that this one alone can see. */
static Library *
find_in_main_scope (void)
{
  gpointer handle = dlopen (NULL, RTLD_LAZY);

  return handle != NULL ? library_new_for_handle (handle) : NULL;
}

static int
visit_object_cb (struct dl_phdr_info *info,
                 gsize size,
                 gpointer data)
{
  char **path = data;
  const char *name = strrchr (info->dlpi_name, G_DIR_SEPARATOR);

  if (name == NULL || !g_str_has_prefix (name + 1, "libpython3.") || strstr (name, ".so") == NULL)
    return 0;

  *path = g_strdup (info->dlpi_name);
  return 1;
}

/* One that a library brought with it, which was itself opened for nobody else to see. */
static Library *
find_hidden (void)
{
  g_autofree char *path = NULL;
  gpointer handle;

  dl_iterate_phdr (visit_object_cb, &path);
  if (path == NULL)
    return NULL;
  handle = dlopen (path, RTLD_NOW | RTLD_NOLOAD);

  return handle != NULL ? library_new_for_handle (handle) : NULL;
}

gboolean
pymva_library_find_host (void)
{
  g_autofree Library *found = NULL;
  gboolean initialized;

  if (g_atomic_pointer_get (&library) != NULL)
    return library->is_initialized () != 0;

  found = find_in_main_scope ();
  if (found == NULL || !found->is_initialized ())
    {
      g_free (found);
      found = find_hidden ();
    }
  initialized = found != NULL && found->is_initialized ();
  if (!initialized)
    return FALSE;

  g_mutex_lock (&library_lock);
  if (library == NULL)
    {
      Dl_info info;

      /* Its extension modules must see it too. */
      if (dladdr ((gpointer) found->is_initialized, &info)
          && strstr (info.dli_fname, ".so") != NULL)
        dlopen (info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
      g_atomic_pointer_set (&library, g_steal_pointer (&found));
    }
  g_mutex_unlock (&library_lock);

  return TRUE;
}

/* Whether the symbols in @self are of the Python that was chosen. */
static gboolean
check_minor (Library *self,
             const PymvaPython *python,
             GError **error)
{
  guint minor = 0;

  if (sscanf (self->get_version (), "3.%u", &minor) == 1 && minor == python->minor)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
               "The program is linked to Python %.*s, but Python %s in “%s” was chosen (%s); "
               "choose an environment of the program's version",
               (int) strcspn (self->get_version (), " "), self->get_version (), python->version,
               python->prefix, python->origin);
  return FALSE;
}

gboolean
pymva_library_open (const PymvaPython *python,
                    GError **error)
{
  g_autofree Library *found = find_in_main_scope ();

  if (found == NULL)
    {
      gpointer handle = dlopen (python->library, RTLD_NOW | RTLD_GLOBAL);

      if (handle == NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                       "The library of Python %s cannot be loaded: %s",
                       python->version, dlerror ());
          return FALSE;
        }
      found = library_new_for_handle (handle);
      if (found == NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                       "“%s” is not the library of a Python", python->library);
          return FALSE;
        }
    }
  if (!check_minor (found, python, error))
    return FALSE;

  g_mutex_lock (&library_lock);
  if (library == NULL)
    g_atomic_pointer_set (&library, g_steal_pointer (&found));
  g_mutex_unlock (&library_lock);

  return TRUE;
}

const char *
pymva_library_get_version (void)
{
  return g_atomic_pointer_get (&library) != NULL ? library->get_version () : NULL;
}

gboolean
pymva_library_check_version (GError **error)
{
  const char *version = library->get_version ();
  guint major = 0;
  guint minor = 0;

  if (sscanf (version, "%u.%u", &major, &minor) != 2 || major != 3 || minor < 9)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "The program runs Python %.*s; a version from 3.9 on is needed",
                   (int) strcspn (version, " "), version);
      return FALSE;
    }
  if (strstr (version, "free-threading") != NULL || strstr (version, "PyPy") != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "The program runs %s, which is not supported; an ordinary build of CPython is "
                   "needed",
                   version);
      return FALSE;
    }

  return TRUE;
}

char *
pymva_library_dup_path (void)
{
  Dl_info info;

  if (g_atomic_pointer_get (&library) == NULL
      || dladdr ((gpointer) library->is_initialized, &info) == 0)
    return NULL;

  /* Of a program it is the name it was started by. */
  if (strchr (info.dli_fname, G_DIR_SEPARATOR) == NULL)
    return g_file_read_link ("/proc/self/exe", NULL);
  return g_strdup (info.dli_fname);
}

/* Paths are UTF-8 to Python; bytes that are not stand as the lone surrogates that Python itself
 * uses for them. */
static wchar_t *
decode_path (const char *path)
{
  gsize length = strlen (path);
  wchar_t *wide = g_new0 (wchar_t, length + 1);
  gsize n = 0;

  for (const char *p = path; *p != '\0';)
    {
      gunichar c = g_utf8_get_char_validated (p, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        wide[n++] = 0xdc00 + (guchar) *p++;
      else
        {
          wide[n++] = (wchar_t) c;
          p = g_utf8_next_char (p);
        }
    }

  return wide;
}

static void
set_flag (const char *name,
          int value)
{
  int *flag = dlsym (library->handle, name);

  if (flag != NULL)
    *flag = value;
}

/* Up to Python 3.13. */
static gboolean
initialize_by_flags (const PymvaPython *python,
                     GError **error)
{
  void (*set_program_name) (const wchar_t *) = dlsym (library->handle, "Py_SetProgramName");
  void (*initialize) (int) = dlsym (library->handle, "Py_InitializeEx");

  if (set_program_name == NULL || initialize == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "“%s” cannot be initialised as Python %s is", python->library, python->version);
      return FALSE;
    }

  set_flag ("Py_UTF8Mode", 1);
  set_flag ("Py_IgnoreEnvironmentFlag", 1);
  set_flag ("Py_NoUserSiteDirectory", python->virtual_environment ? 1 : 0);
  /* Kept: Python does not promise to copy it. */
  set_program_name (decode_path (python->executable));
  initialize (0);

  return TRUE;
}

/* From Python 3.14 on. */
static gboolean
initialize_by_config (const PymvaPython *python,
                      GError **error)
{
  gpointer (*create) (void) = dlsym (library->handle, "PyInitConfig_Create");
  void (*destroy) (gpointer) = dlsym (library->handle, "PyInitConfig_Free");
  int (*set_int) (gpointer, const char *, gint64) = dlsym (library->handle, "PyInitConfig_SetInt");
  int (*set_str) (gpointer, const char *, const char *) =
    dlsym (library->handle, "PyInitConfig_SetStr");
  int (*get_error) (gpointer, const char **) = dlsym (library->handle, "PyInitConfig_GetError");
  int (*initialize) (gpointer) = dlsym (library->handle, "Py_InitializeFromInitConfig");
  const char *message = "its library lacks PyInitConfig";
  gpointer config = NULL;
  gboolean success = FALSE;

  if (create != NULL && destroy != NULL && set_int != NULL && set_str != NULL && get_error != NULL
      && initialize != NULL && (config = create ()) != NULL)
    {
      /* The defaults are those of an isolated Python. */
      success = set_str (config, "executable", python->executable) == 0
                && set_int (config, "utf8_mode", 1) == 0
                && set_int (config, "install_signal_handlers", 0) == 0
                && set_int (config, "user_site_directory", python->virtual_environment ? 0 : 1) == 0
                && initialize (config) == 0;
      if (!success)
        get_error (config, &message);
    }

  if (!success)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                 "Python %s in “%s” does not start: %s", python->version, python->prefix, message);
  if (config != NULL)
    destroy (config);

  return success;
}

gboolean
pymva_library_initialize (const PymvaPython *python,
                          GError **error)
{
  return python->minor < 14 ? initialize_by_flags (python, error)
                            : initialize_by_config (python, error);
}

gpointer
pymva_library_release_gil (void)
{
  if (g_atomic_pointer_get (&library) == NULL && !pymva_library_find_host ())
    return NULL;
  if (!library->is_initialized () || !library->gil_state_check ())
    return NULL;

  return library->save_thread ();
}

void
pymva_library_restore_gil (gpointer state)
{
  if (state != NULL)
    library->restore_thread (state);
}

/* --- the backend -------------------------------------------------------------------------- */

#define BACKEND_FILE "libpymva-python-abi3.so"

static char *
find_backend (void)
{
  const char *wanted = g_getenv ("PYMVA_BACKEND_DIR");
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  Dl_info info;

  if (wanted != NULL)
    return g_build_filename (wanted, BACKEND_FILE, NULL);

  path = g_build_filename (PYMVA_BACKEND_DIR, BACKEND_FILE, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS) || dladdr ((gpointer) find_backend, &info) == 0)
    return g_steal_pointer (&path);

  /* The library was moved as a whole. */
  folder = g_path_get_dirname (info.dli_fname);
  return g_build_filename (folder, "pymva-1.0", BACKEND_FILE, NULL);
}

const PymvaBackend *
pymva_library_open_backend (GError **error)
{
  g_autofree char *path = find_backend ();
  GModule *module = g_module_open (path, G_MODULE_BIND_LOCAL | G_MODULE_BIND_LAZY);
  gpointer get_table = NULL;
  const PymvaBackend *table = NULL;

  if (module == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                   "A part of libpymva cannot be loaded: %s; install the library as a whole, or "
                   "set PYMVA_BACKEND_DIR to the folder of %s", g_module_error (), BACKEND_FILE);
      return NULL;
    }
  g_module_make_resident (module);

  if (g_module_symbol (module, PYMVA_BACKEND_SYMBOL, &get_table))
    table = ((PymvaBackendGetTable) get_table) (PYMVA_BACKEND_VERSION);
  if (table == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_INTERPRETER,
                 "“%s” is of another version of libpymva; install both from one build", path);

  return table;
}

/* --- the process -------------------------------------------------------------------------- */

struct _PymvaProcess
{
  struct sigaction actions[NSIG];
  char *locale;
};

PymvaProcess *
pymva_process_save (void)
{
  PymvaProcess *self = g_new0 (PymvaProcess, 1);

  for (int number = 1; number < NSIG; number++)
    sigaction (number, NULL, &self->actions[number]);
  self->locale = g_strdup (setlocale (LC_CTYPE, NULL));

  return self;
}

void
pymva_process_restore (PymvaProcess *self)
{
  for (int number = 1; number < NSIG; number++)
    {
      struct sigaction now;

      if (sigaction (number, NULL, &now) == 0 && now.sa_handler != self->actions[number].sa_handler)
        sigaction (number, &self->actions[number], NULL);
    }
  if (g_strcmp0 (setlocale (LC_CTYPE, NULL), self->locale) != 0)
    setlocale (LC_CTYPE, self->locale);
  g_free (self->locale);
  g_free (self);
}
