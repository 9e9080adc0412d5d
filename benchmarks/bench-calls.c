/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a call of a Python function costs through the public API, beside PyObject_CallFunction in
 * the same process, and where the time goes. The C API is reached by symbol, since only the
 * backend may know Python's headers. */

#include <dlfcn.h>

#include <pymva/pymva.h>

#include "bench-common.h"

#define N_CALLS 100000

typedef struct
{
  PymvaObject *function;
  PymvaObject *argument;
  gpointer py_function;
  gpointer (*call_function) (gpointer callable, const char *format, ...);
  void (*dec_ref) (gpointer object);
} Calls;

static void
call_c_api (gpointer data)
{
  Calls *calls = data;

  calls->dec_ref (calls->call_function (calls->py_function, "i", 7));
}

static void
call_full (gpointer data)
{
  Calls *calls = data;

  g_object_unref (
    pymva_object_call_full (calls->function, &calls->argument, 1, NULL, NULL, 0, NULL));
}

static void
call_variant (gpointer data)
{
  Calls *calls = data;

  g_object_unref (pymva_object_call (calls->function, g_variant_new ("(i)", 7), NULL, NULL));
}

static void
call_format (gpointer data)
{
  Calls *calls = data;

  g_object_unref (pymva_object_call_format (calls->function, NULL, "i", 7));
}

static void
make_variant (gpointer data)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new ("(i)", 7));
}

static void
make_object (gpointer data)
{
  g_autoptr (PymvaObject) none = pymva_object_new_none ();
}

static gpointer
find_symbol (const char *name)
{
  gpointer symbol = dlsym (RTLD_DEFAULT, name);

  if (symbol == NULL)
    g_error ("%s is not in this process", name);
  return symbol;
}

/* The peer runs under one PyGILState_Ensure, as a program that embeds Python by hand would. */
static void
bench_c_api (Calls *calls)
{
  int (*ensure) (void) = find_symbol ("PyGILState_Ensure");
  void (*release) (int) = find_symbol ("PyGILState_Release");
  gpointer (*import) (const char *) = find_symbol ("PyImport_ImportModule");
  gpointer (*get_attribute) (gpointer, const char *) = find_symbol ("PyObject_GetAttrString");
  int state = ensure ();

  calls->call_function = find_symbol ("PyObject_CallFunction");
  calls->dec_ref = find_symbol ("Py_DecRef");
  calls->py_function = get_attribute (import ("builtins"), "abs");
  bench_print ("call/PyObject_CallFunction", bench_median_ns (call_c_api, calls, N_CALLS), "ns");
  release (state);
}

int
main (void)
{
  PymvaInterpreter *python = pymva_interpreter_get_default ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) builtins = pymva_interpreter_import_module (python, "builtins", &error);
  g_autoptr (PymvaObject) function = NULL;
  g_autoptr (PymvaObject) argument = NULL;
  Calls calls = { 0 };

  if (builtins == NULL)
    bench_fail (error);
  calls.function = function = pymva_object_get_attribute (builtins, "abs", &error);
  if (function == NULL)
    bench_fail (error);
  calls.argument = argument = pymva_object_new_from_variant (g_variant_new_int32 (7), &error);
  if (argument == NULL)
    bench_fail (error);

  bench_c_api (&calls);
  bench_print ("call/call_full", bench_median_ns (call_full, &calls, N_CALLS), "ns");
  bench_print ("call/call", bench_median_ns (call_variant, &calls, N_CALLS), "ns");
  bench_print ("call/call_format", bench_median_ns (call_format, &calls, N_CALLS), "ns");
  bench_print ("call/a GVariant", bench_median_ns (make_variant, NULL, N_CALLS), "ns");
  bench_print ("call/an object", bench_median_ns (make_object, NULL, N_CALLS), "ns");

  return 0;
}
