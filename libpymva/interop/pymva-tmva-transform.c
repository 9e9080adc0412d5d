/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-private.h"

/* The transformations of TMVA's variables. Each works on some of the columns, in float64 or, step
 * by step, in float32, and gives float32. */

/* The variables that a transformation takes. */
typedef struct
{
  guint *columns;
  guint n_columns;
  /* The targets among them come behind the variables. */
  guint *targets;
  guint n_targets;
} Selection;

static void
selection_clear (Selection *self)
{
  g_free (self->columns);
  g_free (self->targets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Selection, selection_clear)

/* --- the variables of a transformation --- */

/* The place of a variable among those of the file, as TMVA finds it: the first one with that label
 * or that expression; or -1. */
static int
find_variable (const PymvaXmlElement *list,
               const char *item,
               const char *label,
               const char *expression)
{
  const PymvaXmlElement *element = list != NULL ? pymva_xml_get_child (list, item) : NULL;

  for (int i = 0; element != NULL; element = pymva_xml_get_next (element, item), i++)
    if (g_strcmp0 (pymva_xml_get_attribute (element, "Label"), label) == 0 ||
        g_strcmp0 (pymva_xml_get_attribute (element, "Expression"), expression) == 0)
      return i;

  return -1;
}

/* Adds the variable or the target that @element names. */
static gboolean
select_variable (const PymvaTmvaMethod *method,
                 const PymvaXmlElement *element,
                 Selection *selection,
                 GError **error)
{
  const char *type = pymva_xml_require_attribute (element, "Type", error);
  const char *label = pymva_xml_require_attribute (element, "Label", error);
  const char *expression = pymva_xml_require_attribute (element, "Expression", error);
  gboolean is_target = g_strcmp0 (type, "Target") == 0;
  const char *list = is_target ? "Targets" : "Variables";
  int place;

  if (type == NULL || label == NULL || expression == NULL)
    return FALSE;
  if (!is_target && !g_str_equal (type, "Variable"))
    {
      pymva_tmva_method_refuse (method, "a transformation of a spectator", error);
      return FALSE;
    }

  place = find_variable (pymva_xml_get_child (method->setup, list),
                         is_target ? "Target" : "Variable", label, expression);
  if (place < 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "a transformation takes “%s”, which is not among its “%s”", label, list);
      return FALSE;
    }
  if (is_target)
    selection->targets[selection->n_targets++] = place;
  else if (selection->n_targets == 0)
    selection->columns[selection->n_columns++] = place;
  else
    {
      pymva_tmva_method_refuse (method, "a transformation of targets before variables", error);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_selected (const PymvaTmvaMethod *method,
               const PymvaXmlElement *selection_element,
               const char *item,
               Selection *selection,
               GError **error)
{
  const PymvaXmlElement *list = pymva_xml_require_child (selection_element, item, error);
  guint n;

  if (list == NULL)
    return FALSE;

  n = pymva_xml_count_children (list, item);
  selection->columns = g_new (guint, n + 1);
  selection->targets = g_new (guint, n + 1);
  for (const PymvaXmlElement *element = pymva_xml_get_child (list, item); element != NULL;
       element = pymva_xml_get_next (element, item))
    if (!select_variable (method, element, selection, error))
      return FALSE;

  return TRUE;
}

/* All variables and targets: files of the first releases have no “Selection”. */
static void
select_all (const PymvaTmvaMethod *method,
            Selection *selection)
{
  guint n_targets =
    method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION ? method->n_outputs : 0;

  selection->columns = g_new (guint, method->n_variables);
  selection->targets = g_new (guint, n_targets + 1);
  for (guint i = 0; i < method->n_variables; i++)
    selection->columns[selection->n_columns++] = i;
  for (guint i = 0; i < n_targets; i++)
    selection->targets[selection->n_targets++] = i;
}

/* What goes in, and what is replaced, which are of one size. */
static gboolean
read_selection (const PymvaTmvaMethod *method,
                const PymvaXmlElement *transform,
                Selection *from,
                Selection *to,
                GError **error)
{
  const PymvaXmlElement *element = pymva_xml_get_child (transform, "Selection");

  if (element == NULL)
    {
      select_all (method, from);
      select_all (method, to);
      return TRUE;
    }
  if (!read_selected (method, element, "Input", from, error) ||
      !read_selected (method, element, "Output", to, error))
    return FALSE;
  if (from->n_columns == to->n_columns && from->n_targets == to->n_targets)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "a transformation gives more or fewer variables than it takes");
  return FALSE;
}

/* Whether these are all columns, in their order. */
static gboolean
is_identity (const PymvaTmvaMethod *method,
             const Selection *selection)
{
  for (guint i = 0; i < selection->n_columns; i++)
    if (selection->columns[i] != i)
      return FALSE;

  return selection->n_columns == method->n_variables;
}

/* The columns of @input with those of @changed in the places that @to names. */
static int
put_back (const PymvaTmvaMethod *method,
          const Selection *to,
          int input,
          int changed)
{
  guint n = method->n_variables;
  g_autofree guint *columns = g_new (guint, n);
  int inputs[2] = { input, changed };
  PymvaTmvaStage stage;

  for (guint i = 0; i < n; i++)
    columns[i] = i;
  for (guint i = 0; i < to->n_columns; i++)
    columns[to->columns[i]] = n + i;
  pymva_tmva_stage_init (&stage, method, "select", input);
  pymva_tmva_stage_set_inputs (&stage, inputs, 2);
  pymva_tmva_stage_set_columns (&stage, columns, n);

  return pymva_tmva_stage_add (&stage, FALSE);
}

/* --- tables by class --- */

/* The element of the class, of those with that name: the last one where there is none of that
 * class. */
static const PymvaXmlElement *
find_class (const PymvaXmlElement *parent,
            const char *name,
            int class_index,
            GError **error)
{
  const PymvaXmlElement *element = pymva_xml_require_child (parent, name, error);
  const PymvaXmlElement *next = element;

  for (int i = 0; next != NULL; i++)
    {
      element = next;
      if (i == class_index)
        return element;
      next = pymva_xml_get_next (next, name);
    }

  return element;
}

/* --- N --- */

/* The range of each of the variables and, behind them, of the targets. */
static gboolean
read_ranges (const PymvaXmlElement *ranges,
             const char *item,
             const char *index_name,
             guint first,
             guint n,
             float *minima,
             float *maxima,
             GError **error)
{
  for (const PymvaXmlElement *range = pymva_xml_get_child (ranges, item); range != NULL;
       range = pymva_xml_get_next (range, item))
    {
      gint64 index;
      double minimum;
      double maximum;

      if (!pymva_xml_read_int (range, index_name, 0, (gint64) n - 1, &index, error) ||
          !pymva_xml_read_double (range, "Min", &minimum, error) ||
          !pymva_xml_read_double (range, "Max", &maximum, error))
        return FALSE;
      minima[first + index] = minimum;
      maxima[first + index] = maximum;
    }

  return TRUE;
}

static gboolean
check_ranges (const float *minima,
              const float *maxima,
              guint n,
              GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!(minima[i] < maxima[i]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "a transformation normalises the empty range from %g to %g", minima[i],
                     maxima[i]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_normalisation (const PymvaTmvaMethod *method,
                    const PymvaXmlElement *transform,
                    const Selection *selection,
                    int class_index,
                    float *minima,
                    float *maxima,
                    GError **error)
{
  const PymvaXmlElement *element = find_class (transform, "Class", class_index, error);
  const PymvaXmlElement *ranges;
  const PymvaXmlElement *targets;
  guint n = selection->n_columns;

  if (element == NULL)
    return FALSE;

  ranges = pymva_xml_get_child (element, "Ranges");
  targets = pymva_xml_get_child (element, "Targets");
  if (ranges != NULL)
    {
      if (!read_ranges (ranges, "Range", "Index", 0, n + selection->n_targets, minima, maxima,
                        error))
        return FALSE;
    }
  else
    {
      ranges = pymva_xml_require_child (element, "Variables", error);
      if (ranges == NULL ||
          !read_ranges (ranges, "Variable", "VarIndex", 0, n, minima, maxima, error) ||
          (targets != NULL && !read_ranges (targets, "Target", "TargetIndex", n,
                                            selection->n_targets, minima, maxima, error)))
        return FALSE;
    }

  return check_ranges (minima, maxima, n + selection->n_targets, error);
}

/* (x − minimum) × scale × 2 − 1, each step of it in float32, and so is the scale. */
static gboolean
add_normalisation (const PymvaTmvaMethod *method,
                   const PymvaXmlElement *transform,
                   const Selection *selection,
                   int class_index,
                   int input,
                   int *stage,
                   GError **error)
{
  guint n = selection->n_columns;
  guint n_all = n + selection->n_targets;
  g_autofree float *minima = g_new0 (float, n_all);
  g_autofree float *maxima = g_new0 (float, n_all);
  g_autofree double *offsets = g_new (double, n);
  g_autofree double *scales = g_new (double, n);
  PymvaTmvaStage shift;
  PymvaTmvaStage scale;

  if (!read_normalisation (method, transform, selection, class_index, minima, maxima, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      float width = maxima[i] - minima[i];

      offsets[i] = minima[i];
      scales[i] = 2 * (float) (1.0 / width);
    }
  pymva_tmva_stage_init (&shift, method, "affine", input);
  pymva_tmva_stage_set_doubles (&shift, "subtract", offsets, n, 0);
  *stage = pymva_tmva_stage_add (&shift, TRUE);
  pymva_tmva_stage_init (&scale, method, "affine", *stage);
  pymva_tmva_stage_set_doubles (&scale, "multiply", scales, n, 0);
  *stage = pymva_tmva_stage_add (&scale, TRUE);
  *stage = pymva_tmva_add_constant (method, "add", -1, n, *stage, TRUE);

  return TRUE;
}

/* minimum + (y + 1) / (scale × 2), in the same way, for the targets that were normalised. */
static gboolean
undo_normalisation (const PymvaTmvaMethod *method,
                    const PymvaXmlElement *transform,
                    const Selection *selection,
                    int *stage,
                    GError **error)
{
  guint n = selection->n_columns;
  guint n_all = n + selection->n_targets;
  g_autofree float *minima = g_new0 (float, n_all);
  g_autofree float *maxima = g_new0 (float, n_all);
  g_autofree double *ones = g_new0 (double, method->n_outputs);
  g_autofree double *scales = g_new (double, method->n_outputs);
  g_autofree double *offsets = g_new0 (double, method->n_outputs);
  PymvaTmvaStage step;

  if (!read_normalisation (method, transform, selection, PYMVA_TMVA_ALL_CLASSES, minima, maxima,
                           error))
    return FALSE;

  for (guint i = 0; i < method->n_outputs; i++)
    scales[i] = 1;
  for (guint i = 0; i < selection->n_targets; i++)
    {
      guint target = selection->targets[i];
      float width = maxima[n + i] - minima[n + i];

      ones[target] = 1;
      offsets[target] = minima[n + i];
      scales[target] = 2 * (float) (1.0 / width);
    }
  pymva_tmva_stage_init (&step, method, "affine", *stage);
  pymva_tmva_stage_set_doubles (&step, "add", ones, method->n_outputs, 0);
  *stage = pymva_tmva_stage_add (&step, TRUE);
  pymva_tmva_stage_init (&step, method, "affine", *stage);
  pymva_tmva_stage_set_doubles (&step, "divide", scales, method->n_outputs, 0);
  *stage = pymva_tmva_stage_add (&step, TRUE);
  pymva_tmva_stage_init (&step, method, "affine", *stage);
  pymva_tmva_stage_set_doubles (&step, "add", offsets, method->n_outputs, 0);
  *stage = pymva_tmva_stage_add (&step, TRUE);

  return TRUE;
}

/* --- D and P --- */

static double *
read_matrix (const PymvaXmlElement *element,
             const char *rows,
             const char *columns,
             guint n,
             GError **error)
{
  gint64 size;

  if (!pymva_xml_read_int (element, rows, n, n, &size, error) ||
      !pymva_xml_read_int (element, columns, n, n, &size, error))
    return NULL;

  return pymva_xml_read_numbers (element, (gsize) n * n, error);
}

static gboolean
add_decorrelation (const PymvaTmvaMethod *method,
                   const PymvaXmlElement *transform,
                   const Selection *selection,
                   int class_index,
                   int input,
                   int *stage,
                   GError **error)
{
  guint n = selection->n_columns;
  const PymvaXmlElement *element = find_class (transform, "Matrix", class_index, error);
  g_autofree double *matrix =
    element != NULL ? read_matrix (element, "Rows", "Columns", n, error) : NULL;
  PymvaTmvaStage product;

  if (matrix == NULL)
    return FALSE;

  pymva_tmva_stage_init (&product, method, "matrix", input);
  pymva_tmva_stage_set_doubles (&product, "matrix", matrix, n, n);
  *stage = pymva_tmva_stage_add (&product, TRUE);
  return TRUE;
}

static gboolean
add_principal_components (const PymvaTmvaMethod *method,
                          const PymvaXmlElement *transform,
                          const Selection *selection,
                          int class_index,
                          int input,
                          int *stage,
                          GError **error)
{
  guint n = selection->n_columns;
  const PymvaXmlElement *statistics = find_class (transform, "Statistics", class_index, error);
  const PymvaXmlElement *vectors =
    statistics != NULL ? find_class (transform, "Eigenvectors", class_index, error) : NULL;
  g_autofree double *means =
    vectors != NULL ? pymva_xml_read_numbers (statistics, n, error) : NULL;
  g_autofree double *columns =
    means != NULL ? read_matrix (vectors, "NRows", "NCols", n, error) : NULL;
  g_autofree double *rows = g_new (double, (gsize) n * n);
  PymvaTmvaStage step;

  if (columns == NULL)
    return FALSE;

  /* The vectors are the columns of what the file has. */
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      rows[i * n + j] = columns[j * n + i];
  pymva_tmva_stage_init (&step, method, "affine", input);
  pymva_tmva_stage_set_doubles (&step, "subtract", means, n, 0);
  *stage = pymva_tmva_stage_add (&step, FALSE);
  pymva_tmva_stage_init (&step, method, "matrix", *stage);
  pymva_tmva_stage_set_doubles (&step, "matrix", rows, n, n);
  *stage = pymva_tmva_stage_add (&step, TRUE);

  return TRUE;
}

/* --- U and G, and no change but of the order --- */

static gboolean
add_distribution (const PymvaTmvaMethod *method,
                  const PymvaXmlElement *transform,
                  const Selection *selection,
                  int class_index,
                  int input,
                  int *stage,
                  GError **error)
{
  return pymva_tmva_add_gauss (method, transform, selection->n_columns, class_index, input, stage,
                               error);
}

static gboolean
add_nothing (const PymvaTmvaMethod *method,
             const PymvaXmlElement *transform,
             const Selection *selection,
             int class_index,
             int input,
             int *stage,
             GError **error)
{
  *stage = input;
  return TRUE;
}

/* --- all of them --- */

static const struct
{
  const char *name;
  /* The columns of @input are those of the selection. */
  gboolean (*add) (const PymvaTmvaMethod *method,
                   const PymvaXmlElement *transform,
                   const Selection *selection,
                   int class_index,
                   int input,
                   int *stage,
                   GError **error);
  /* NULL where that is refused. */
  gboolean (*undo) (const PymvaTmvaMethod *method,
                    const PymvaXmlElement *transform,
                    const Selection *selection,
                    int *stage,
                    GError **error);
} transformations[] = {
  { "Decorrelation", add_decorrelation, NULL },
  { "Gauss", add_distribution, NULL },
  { "Normalize", add_normalisation, undo_normalisation },
  { "PCA", add_principal_components, NULL },
  { "Rearrange", add_nothing, NULL },
  { "Uniform", add_distribution, NULL },
};

/* The place in the table, or -1 and an error. */
static int
find_transformation (const PymvaXmlElement *transform,
                     GError **error)
{
  const char *name = pymva_xml_require_attribute (transform, "Name", error);

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (transformations); i++)
    if (g_str_equal (transformations[i].name, name))
      return i;

  if (name != NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                 "TMVA's transformation “%s” cannot be imported", name);
  return -1;
}

static gboolean
add_transformation (const PymvaTmvaMethod *method,
                    const PymvaXmlElement *transform,
                    int class_index,
                    int *stage,
                    GError **error)
{
  g_auto (Selection) from = { NULL };
  g_auto (Selection) to = { NULL };
  int place = find_transformation (transform, error);
  int input = *stage;
  int changed;

  if (place < 0 || !read_selection (method, transform, &from, &to, error))
    return FALSE;
  if (from.n_columns == 0)
    return TRUE;

  if (!is_identity (method, &from))
    input = pymva_tmva_add_select (method, from.columns, from.n_columns, input);
  if (!transformations[place].add (method, transform, &from, class_index, input, &changed, error))
    return FALSE;

  *stage = is_identity (method, &to) ? changed : put_back (method, &to, *stage, changed);
  return TRUE;
}

static const PymvaXmlElement *
get_first (const PymvaTmvaMethod *method)
{
  const PymvaXmlElement *list = pymva_xml_get_child (method->setup, "Transformations");

  return list != NULL ? pymva_xml_get_child (list, "Transform") : NULL;
}

gboolean
pymva_tmva_method_transform (PymvaTmvaMethod *self,
                             int class_index,
                             int *stage,
                             GError **error)
{
  *stage = self->input;
  for (const PymvaXmlElement *transform = get_first (self); transform != NULL;
       transform = pymva_xml_get_next (transform, "Transform"))
    if (!add_transformation (self, transform, class_index, stage, error))
      return FALSE;

  return TRUE;
}

static gboolean
undo_transformation (const PymvaTmvaMethod *method,
                     const PymvaXmlElement *transform,
                     int *stage,
                     GError **error)
{
  g_auto (Selection) from = { NULL };
  g_auto (Selection) to = { NULL };
  int place = find_transformation (transform, error);

  if (place < 0 || !read_selection (method, transform, &from, &to, error))
    return FALSE;
  if (from.n_targets == 0)
    return TRUE;
  if (transformations[place].undo == NULL)
    {
      g_autofree char *what =
        g_strdup_printf ("the transformation “%s” of targets", transformations[place].name);

      pymva_tmva_method_refuse (method, what, error);
      return FALSE;
    }

  return transformations[place].undo (method, transform, &from, stage, error);
}

gboolean
pymva_tmva_method_restore_targets (PymvaTmvaMethod *self,
                                   int *stage,
                                   GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (const PymvaXmlElement *transform = get_first (self); transform != NULL;
       transform = pymva_xml_get_next (transform, "Transform"))
    g_ptr_array_add (all, (gpointer) transform);

  for (guint i = all->len; i > 0; i--)
    if (!undo_transformation (self, all->pdata[i - 1], stage, error))
      return FALSE;

  return TRUE;
}
