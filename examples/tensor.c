/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers to NumPy and back, without a copy. */

#include <locale.h>

#include <pymva/pymva.h>

static gboolean
run (GError **error)
{
  PymvaInterpreter *python = pymva_interpreter_get_default ();
  const double values[] = { 1, 2, 3, 4, 5, 6 };
  const char *keys[] = { "a" };
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autoptr (PymvaTensor) means = NULL;
  g_autoptr (PymvaObject) array = NULL;
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaObject) address = NULL;
  g_autoptr (PymvaObject) mean = NULL;
  g_autoptr (GVariant) number = NULL;
  g_autofree double *doubles = NULL;
  gsize n_doubles;

  /* Two rows of three columns, float64. */
  tensor = pymva_tensor_new_from_doubles (values, G_N_ELEMENTS (values), 3, error);
  if (tensor == NULL)
    return FALSE;

  array = pymva_object_new_from_tensor (tensor, error);
  if (array == NULL)
    return FALSE;
  names = pymva_object_new_dict (keys, &array, 1, error);
  if (names == NULL)
    return FALSE;

  address = pymva_interpreter_evaluate (python, "a.__array_interface__['data'][0]", names, error);
  if (address == NULL || (number = pymva_object_to_variant (address, error)) == NULL)
    return FALSE;
  g_print ("NumPy reads our memory: %s\n",
           (gsize) g_variant_get_int64 (number) == pymva_tensor_get_address (tensor) ? "yes"
                                                                                     : "no");

  mean = pymva_interpreter_evaluate (python, "a.mean(axis=0)", names, error);
  if (mean == NULL || (means = pymva_object_to_tensor (mean, error)) == NULL)
    return FALSE;
  doubles = pymva_tensor_to_doubles (means, &n_doubles);
  g_print ("column means:");
  for (gsize i = 0; i < n_doubles; i++)
    g_print (" %g", doubles[i]);
  g_print ("\n");

  return TRUE;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!run (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
