/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What each host of the library must be able to do, through functions that it has found in its own
 * way. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pymva/pymva.h>

typedef struct
{
  PymvaInterpreter *(*get_default) (void);
  PymvaObject *(*import_module) (PymvaInterpreter *self,
                                 const char *name,
                                 GError **error);
  PymvaTensor *(*tensor_new) (const double *values,
                              gsize n_values,
                              gint64 n_columns,
                              GError **error);
  PymvaObject *(*object_new) (PymvaTensor *tensor,
                              GError **error);
  PymvaObject *(*call_method) (PymvaObject *self,
                               const char *name,
                               PymvaObject **args,
                               gsize n_args,
                               GError **error);
  PymvaTensor *(*to_tensor) (PymvaObject *self,
                             GError **error);
  double *(*to_doubles) (PymvaTensor *self,
                         gsize *n_values);
} Functions;

static inline void
stop_at (GError *error)
{
  if (error == NULL)
    return;

  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

/* Imports an extension module of the standard library, and what @modules names, squares a tensor in
 * NumPy, and reads the result. */
static inline void
check (const Functions *functions,
       char **modules)
{
  static const double values[] = { 1, 2, 3, 4, 5, 6 };
  static const double squares[] = { 1, 4, 9, 16, 25, 36 };
  PymvaInterpreter *interpreter = functions->get_default ();
  GError *error = NULL;
  PymvaObject *items[2];
  PymvaObject *numpy;
  PymvaTensor *tensor;
  double *result;
  gsize n_values = 0;

  functions->import_module (interpreter, "_ctypes", &error);
  stop_at (error);
  numpy = functions->import_module (interpreter, "numpy", &error);
  stop_at (error);
  for (; *modules != NULL; modules++)
    {
      functions->import_module (interpreter, *modules, &error);
      stop_at (error);
    }

  tensor = functions->tensor_new (values, 6, 2, &error);
  stop_at (error);
  items[0] = items[1] = functions->object_new (tensor, &error);
  stop_at (error);
  items[0] = functions->call_method (numpy, "multiply", items, 2, &error);
  stop_at (error);
  tensor = functions->to_tensor (items[0], &error);
  stop_at (error);
  result = functions->to_doubles (tensor, &n_values);
  if (n_values != 6 || memcmp (result, squares, sizeof squares) != 0)
    {
      fprintf (stderr, "the numbers are wrong\n");
      exit (1);
    }
  printf ("squares are right\n");
}
