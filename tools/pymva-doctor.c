/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-tool-table.h"
#include "pymva-tool.h"

static char **files = NULL;

static const GOptionEntry entries[] = {
  { "python", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, tool_set_python,
    "The Python to look at: a virtual environment or an executable", "ENVIRONMENT" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "It starts Python, imports the packages that the library can use, and succeeds if Python\n"
  "starts.\n";

/* Prints a name and its value, aligned. */
static void
print_fact (const char *name,
            const char *value)
{
  g_print ("%-16s%s\n", name, value != NULL ? value : "-");
}

static const char *
describe_choice (PymvaInterpreter *interpreter)
{
  if (pymva_interpreter_get_environment (interpreter) != NULL)
    return "--python";
  if (g_getenv ("PYMVA_PYTHON") != NULL)
    return "the environment variable PYMVA_PYTHON";
  if (g_getenv ("VIRTUAL_ENV") != NULL)
    return "the environment variable VIRTUAL_ENV";

  return "nothing: the distribution's Python is used";
}

static void
print_requests (PymvaInterpreter *interpreter)
{
  print_fact ("libpymva", PYMVA_VERSION_S);
  print_fact ("asked for by", describe_choice (interpreter));
  if (pymva_interpreter_get_environment (interpreter) != NULL)
    print_fact ("--python", pymva_interpreter_get_environment (interpreter));
  print_fact ("PYMVA_PYTHON", g_getenv ("PYMVA_PYTHON"));
  print_fact ("VIRTUAL_ENV", g_getenv ("VIRTUAL_ENV"));
}

static void
print_python (GVariant *description)
{
  static const char * const keys[] = {
    "program", "version", "implementation", "executable", "prefix", "base-prefix", "library",
  };
  gboolean attached = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = NULL;

      g_variant_lookup (description, keys[i], "&s", &value);
      print_fact (keys[i], value);
    }
  g_variant_lookup (description, "attached", "b", &attached);
  print_fact ("started by", attached ? "its host" : "libpymva");
}

/* What is imported of packages that have another name, or that the library imports in its way. */
static const struct
{
  const char *package;
  const char *module;
} modules[] = {
  { "keras", "pymva_bridge.keras_module" },
  { "scikit-learn", "sklearn" },
};

/* An installed package may be broken: "works", or what its import says. */
static char *
check_package (PymvaInterpreter *interpreter,
               const char *package)
{
  const char *module = package;
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) imported = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modules); i++)
    if (g_str_equal (modules[i].package, package))
      module = modules[i].module;
  imported = pymva_interpreter_import_module (interpreter, module, &error);
  if (imported != NULL)
    return g_strdup ("works");

  return g_strndup (error->message, strcspn (error->message, "\n"));
}

static void
print_packages (PymvaInterpreter *interpreter,
                GVariant *description)
{
  static const char * const headings[] = { "package", "version", "", NULL };
  g_autoptr (ToolTable) table = tool_table_new (headings);
  g_autoptr (GVariant) found = NULL;
  g_autofree char *text = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *version;

  found = g_variant_lookup_value (description, "frameworks", G_VARIANT_TYPE_VARDICT);
  if (found == NULL)
    return;

  tool_table_set_left (table, 1);
  tool_table_set_left (table, 2);
  g_variant_iter_init (&iter, found);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &version))
    {
      g_autofree char *state = check_package (interpreter, name);
      const char *cells[] = { name, g_variant_get_string (version, NULL), state, NULL };

      tool_table_add_row (table, cells);
    }
  text = tool_table_format (table, 0);
  g_print ("\n%s", text);
}

/* A list of texts, which Python code made and which therefore holds variants. */
static char *
join_texts (GVariant *description,
            const char *key)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (description, key, G_VARIANT_TYPE ("av"));
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  GVariant *item;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_loop (&iter, "v", &item))
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                            g_variant_get_string (item, NULL));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
print_missing (GVariant *description)
{
  g_autofree char *missing = join_texts (description, "missing");
  g_autofree char *not_found = join_texts (description, "not-found");
  const char *install = NULL;

  g_print ("\n");
  print_fact ("missing", *missing != '\0' ? missing : NULL);
  print_fact ("not installed", *not_found != '\0' ? not_found : NULL);
  if (g_variant_lookup (description, "install", "&s", &install))
    g_print ("\nTo install what is missing: %s\n", install);
}

/* tool_doctor: pymva doctor */
gboolean
tool_doctor (char ***arguments,
             GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    NULL, "Shows which Python is used, why, and what it has.", help);
  PymvaInterpreter *interpreter = pymva_interpreter_get_default ();
  g_autoptr (GVariant) description = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (files != NULL)
    return tool_usage_error (error, "“%s” is not an option", files[0]);

  print_requests (interpreter);
  description = pymva_interpreter_describe (interpreter, error);
  if (description == NULL)
    return FALSE;
  print_python (description);
  print_packages (interpreter, description);
  print_missing (description);

  return TRUE;
}
