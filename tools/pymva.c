/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/pymva-names-private.h"
#include "pymva-tool.h"

static const ToolCommand commands[] = {
  { "train", "train methods on the events of a file, and save their models", tool_train },
  { "run", "train and compare methods as a file says", tool_run },
  { "apply", "apply a model to the events of a file, without Python", tool_apply },
  { "evaluate", "measure how well a model does on events of known class or value", tool_evaluate },
  { "describe", "show what events are like: variables, correlations, classes", tool_describe },
  { "import", "make a model of one of XGBoost, LightGBM, ONNX or TMVA", tool_import },
  { "export", "write a model for programs without this library", tool_export },
  { "ensemble", "make one model of several, as of a cross-validation", tool_ensemble },
  { "info", "show what a model file holds", tool_info },
  { "methods", "list the methods, or what can be set for one", tool_methods },
  { "doctor", "show which Python is used, and what it lacks", tool_doctor },
};

static void
print_help (FILE *stream)
{
  fprintf (stream,
           "Usage:\n"
           "  pymva COMMAND [OPTION…]\n"
           "\n"
           "Train Python models, and apply them without Python.\n"
           "\n"
           "Commands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s%s\n", commands[i].name, commands[i].summary);
  fprintf (stream,
           "  %-10sshow this help, or that of a command\n"
           "\n"
           "Options:\n"
           "  --help    show this help\n"
           "  --version show the version\n"
           "\n"
           "“pymva COMMAND --help” tells more about a command, and the manual page pymva(1)\n"
           "has examples.\n",
           "help");
}

static const ToolCommand *
lookup_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (commands[i].name, name))
        return &commands[i];
    }

  return NULL;
}

static int
report_unknown_command (const char *name)
{
  const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  g_autofree char *near = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].name;
  near = pymva_names_format_near (name, names);
  g_printerr ("pymva: there is no command “%s”%s\n", name, near);

  return TOOL_EXIT_USAGE;
}

static int
run_command (const ToolCommand *command,
             char ***arguments)
{
  g_autofree char *program = g_strdup_printf ("pymva %s", command->name);
  g_autoptr (GError) error = NULL;
  gboolean success;

  /* --help begins with the name of the program. */
  g_set_prgname (program);
  tool_watch_output ();
  success = command->run (arguments, &error);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  if (success)
    return TOOL_EXIT_SUCCESS;

  if (error != NULL && error->domain == G_OPTION_ERROR)
    {
      g_printerr ("pymva: %s (see “pymva %s --help”)\n", error->message, command->name);
      return TOOL_EXIT_USAGE;
    }
  /* No error here means that the command has reported several of them itself. */
  if (error != NULL)
    tool_print_error (NULL, error);

  return TOOL_EXIT_FAILURE;
}

int
main (int argc,
      char *argv[])
{
  g_auto (GStrv) arguments = g_strdupv (argv + MIN (1, argc));
  const ToolCommand *command;
  int status;

  /* Texts follow the user's locale; numbers have a decimal point everywhere. */
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  g_set_prgname ("pymva");

  if (arguments[0] == NULL)
    {
      print_help (stderr);
      return TOOL_EXIT_USAGE;
    }
  if (g_str_equal (arguments[0], "--version"))
    {
      printf ("pymva %s\n", PYMVA_VERSION_S);
      return TOOL_EXIT_SUCCESS;
    }
  if (g_str_equal (arguments[0], "--help") || g_str_equal (arguments[0], "-h") ||
      (g_str_equal (arguments[0], "help") && arguments[1] == NULL))
    {
      print_help (stdout);
      return TOOL_EXIT_SUCCESS;
    }

  /* "pymva help train" is "pymva train --help". */
  if (g_str_equal (arguments[0], "help"))
    {
      g_free (arguments[0]);
      arguments[0] = arguments[1];
      arguments[1] = g_strdup ("--help");
      g_clear_pointer (&arguments[2], g_free);
    }

  command = lookup_command (arguments[0]);
  if (command == NULL)
    return report_unknown_command (arguments[0]);

  status = run_command (command, &arguments);
  /* Python code that could not be stopped may still run, and what exit() does would pull the ground
   * from under it. */
  if (tool_is_cancelled ())
    {
      fflush (NULL);
      _exit (status);
    }

  return status;
}
