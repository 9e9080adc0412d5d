/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-transform-private.h"

/* The transformations of TMVA's variables. Each works on some of the columns, in float64 or, step
 * by step, in float32, and gives float32. */

/* Each may make large tables of a few bytes of a file. */
#define MOST_TRANSFORMATIONS 8
/* What the number of a column takes in the description of a stage, in numbers of a table. */
#define NUMBERS_PER_COLUMN 16

static void
transform_clear (PymvaTmvaTransform *self)
{
  g_free (self->from.columns);
  g_free (self->from.targets);
  g_free (self->to.columns);
  g_free (self->to.targets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaTmvaTransform, transform_clear)

/* --- the variables of a transformation --- */

/* The place of a variable among those of the file, as TMVA finds it: the first one with that label
 * or that expression; or -1. */
static int
find_variable (const PymvaXmlElement *list,
               const char *item,
               const char *label,
               const char *expression)
{
  const PymvaXmlElement *element = pymva_xml_get_child (list, item);

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
                 PymvaTmvaSelection *selection,
                 GError **error)
{
  const char *type = pymva_xml_require_attribute (element, "Type", error);
  const char *label = type != NULL ? pymva_xml_require_attribute (element, "Label", error) : NULL;
  const char *expression =
    label != NULL ? pymva_xml_require_attribute (element, "Expression", error) : NULL;
  gboolean is_target = g_strcmp0 (type, "Target") == 0;
  const char *list = is_target ? "Targets" : "Variables";
  guint n = is_target ? method->n_outputs : method->n_variables;
  int place;

  if (expression == NULL)
    return FALSE;
  if (!is_target && !g_str_equal (type, "Variable"))
    return pymva_tmva_method_refuse (method, error, "a transformation of a spectator");

  place = find_variable (pymva_xml_get_child (method->setup, list),
                         is_target ? "Target" : "Variable", label, expression);
  /* A method that is part of another may list more than it is given. */
  if (place < 0 || (guint) place >= n)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "a transformation takes “%s”, which is not among the %u of its “%s”", label, n,
                   list);
      return FALSE;
    }
  /* The list is looked through for each of them. */
  if (!pymva_tmva_method_spend (method, 0, 2 * (guint64) place, error))
    return FALSE;
  if (is_target)
    selection->targets[selection->n_targets++] = place;
  else if (selection->n_targets == 0)
    selection->columns[selection->n_columns++] = place;
  else
    return pymva_tmva_method_refuse (method, error,
                                     "a transformation of targets before variables");

  return TRUE;
}

static gboolean
read_selected (const PymvaTmvaMethod *method,
               const PymvaXmlElement *selection_element,
               const char *item,
               PymvaTmvaSelection *selection,
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
            PymvaTmvaSelection *selection)
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
read_selections (PymvaTmvaTransform *self,
                 GError **error)
{
  const PymvaXmlElement *element = pymva_xml_get_child (self->element, "Selection");

  if (element == NULL)
    {
      select_all (self->method, &self->from);
      select_all (self->method, &self->to);
      return TRUE;
    }
  if (!read_selected (self->method, element, "Input", &self->from, error) ||
      !read_selected (self->method, element, "Output", &self->to, error))
    return FALSE;
  if (self->from.n_columns == self->to.n_columns && self->from.n_targets == self->to.n_targets)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "a transformation gives more or fewer variables than it takes");
  return FALSE;
}

/* Whether these are all columns, in their order. */
static gboolean
is_identity (const PymvaTmvaMethod *method,
             const PymvaTmvaSelection *selection)
{
  for (guint i = 0; i < selection->n_columns; i++)
    if (selection->columns[i] != i)
      return FALSE;

  return selection->n_columns == method->n_variables;
}

/* The columns of @input with those of @changed in the places that @to names. */
static gboolean
put_back (const PymvaTmvaMethod *method,
          const PymvaTmvaSelection *to,
          int changed,
          int *stage,
          GError **error)
{
  guint n = method->n_variables;
  g_autofree guint *columns = NULL;
  int inputs[2] = { *stage, changed };
  PymvaStageWriter select;

  if (!pymva_tmva_method_spend (method, (guint64) n * NUMBERS_PER_COLUMN, n, error))
    return FALSE;

  columns = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    columns[i] = i;
  for (guint i = 0; i < to->n_columns; i++)
    columns[to->columns[i]] = n + i;
  pymva_stage_writer_init (&select, method->builder, "select", *stage);
  pymva_stage_writer_set_inputs (&select, inputs, 2);
  pymva_stage_writer_set_columns (&select, columns, n);
  *stage = pymva_stage_writer_add (&select, FALSE);

  return TRUE;
}

const PymvaXmlElement *
pymva_tmva_transform_find_table (const PymvaTmvaTransform *self,
                                 const PymvaXmlElement *parent,
                                 const char *name,
                                 GError **error)
{
  const PymvaXmlElement *element = pymva_xml_require_child (parent, name, error);
  const PymvaXmlElement *next = element;

  for (int i = 0; next != NULL; i++)
    {
      element = next;
      if (i == self->class_index)
        return element;
      next = pymva_xml_get_next (next, name);
    }

  return element;
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
add_decorrelation (const PymvaTmvaTransform *self,
                   int input,
                   int *stage,
                   GError **error)
{
  guint n = self->from.n_columns;
  const PymvaXmlElement *element =
    pymva_tmva_transform_find_table (self, self->element, "Matrix", error);
  g_autofree double *matrix =
    element != NULL ? read_matrix (element, "Rows", "Columns", n, error) : NULL;
  PymvaStageWriter product;

  if (matrix == NULL)
    return FALSE;

  pymva_stage_writer_init (&product, self->method->builder, "matrix", input);
  pymva_stage_writer_set_doubles (&product, "matrix", matrix, n, n);
  *stage = pymva_stage_writer_add (&product, TRUE);
  return TRUE;
}

static gboolean
add_principal_components (const PymvaTmvaTransform *self,
                          int input,
                          int *stage,
                          GError **error)
{
  guint n = self->from.n_columns;
  const PymvaXmlElement *statistics =
    pymva_tmva_transform_find_table (self, self->element, "Statistics", error);
  const PymvaXmlElement *vectors =
    statistics != NULL
      ? pymva_tmva_transform_find_table (self, self->element, "Eigenvectors", error) : NULL;
  g_autofree double *means =
    vectors != NULL ? pymva_xml_read_numbers (statistics, n, error) : NULL;
  g_autofree double *columns =
    means != NULL ? read_matrix (vectors, "NRows", "NCols", n, error) : NULL;
  g_autofree double *rows = NULL;
  PymvaStageWriter step;

  if (columns == NULL)
    return FALSE;

  rows = g_new (double, (gsize) n * n);
  /* The vectors are the columns of what the file has. */
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      rows[i * n + j] = columns[j * n + i];
  pymva_stage_writer_init (&step, self->method->builder, "affine", input);
  pymva_stage_writer_set_doubles (&step, "subtract", means, n, 0);
  *stage = pymva_stage_writer_add (&step, FALSE);
  pymva_stage_writer_init (&step, self->method->builder, "matrix", *stage);
  pymva_stage_writer_set_doubles (&step, "matrix", rows, n, n);
  *stage = pymva_stage_writer_add (&step, TRUE);

  return TRUE;
}

/* --- all of them --- */

/* What only changes the order does so by its selections. */
static gboolean
add_nothing (const PymvaTmvaTransform *self,
             int input,
             int *stage,
             GError **error)
{
  *stage = input;
  return TRUE;
}

static const struct
{
  const char *name;
  PymvaTmvaTransformFunc add;
  /* The same for the targets, backwards: all outputs are the columns; NULL: that is refused. */
  PymvaTmvaTransformFunc undo;
} transformations[] = {
  { "Decorrelation", add_decorrelation, NULL },
  { "Gauss", pymva_tmva_transform_add_gauss, NULL },
  { "Normalize", pymva_tmva_transform_add_normalisation,
    pymva_tmva_transform_undo_normalisation },
  { "PCA", add_principal_components, NULL },
  { "Rearrange", add_nothing, NULL },
  { "Uniform", pymva_tmva_transform_add_gauss, NULL },
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
add_transformation (PymvaTmvaTransform *self,
                    int *stage,
                    GError **error)
{
  const PymvaTmvaMethod *method = self->method;
  int place = find_transformation (self->element, error);
  int input = *stage;
  int changed;

  if (place < 0 || !read_selections (self, error))
    return FALSE;
  if (self->from.n_columns == 0)
    return TRUE;

  if (!is_identity (method, &self->from))
    input = pymva_tmva_add_select (method, self->from.columns, self->from.n_columns, input);
  if (!transformations[place].add (self, input, &changed, error))
    return FALSE;

  if (!is_identity (method, &self->to))
    return put_back (method, &self->to, changed, stage, error);

  *stage = changed;
  return TRUE;
}

/* All transformations of the method, or NULL and an error. */
static GPtrArray *
list_transformations (const PymvaTmvaMethod *method,
                      GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  const PymvaXmlElement *list = pymva_xml_get_child (method->setup, "Transformations");
  const PymvaXmlElement *element = pymva_xml_get_child (list, "Transform");

  for (; element != NULL; element = pymva_xml_get_next (element, "Transform"))
    g_ptr_array_add (all, (gpointer) element);
  if (all->len <= MOST_TRANSFORMATIONS)
    return g_steal_pointer (&all);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its %u transformations are more than the %u that can be imported", all->len,
               MOST_TRANSFORMATIONS);
  return NULL;
}

gboolean
pymva_tmva_method_transform (PymvaTmvaMethod *self,
                             int class_index,
                             int *stage,
                             GError **error)
{
  g_autoptr (GPtrArray) all = list_transformations (self, error);

  *stage = self->input;
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      g_auto (PymvaTmvaTransform) transform = { self, all->pdata[i], class_index };

      if (!add_transformation (&transform, stage, error))
        return FALSE;
    }

  return all != NULL;
}

static gboolean
undo_transformation (PymvaTmvaTransform *self,
                     int *stage,
                     GError **error)
{
  int place = find_transformation (self->element, error);

  if (place < 0 || !read_selections (self, error))
    return FALSE;
  if (self->from.n_targets == 0)
    return TRUE;
  if (transformations[place].undo != NULL)
    return transformations[place].undo (self, *stage, stage, error);

  return pymva_tmva_method_refuse (self->method, error, "the transformation “%s” of targets",
                                   transformations[place].name);
}

gboolean
pymva_tmva_method_restore_targets (PymvaTmvaMethod *self,
                                   int *stage,
                                   GError **error)
{
  g_autoptr (GPtrArray) all = list_transformations (self, error);

  for (guint i = all != NULL ? all->len : 0; i > 0; i--)
    {
      g_auto (PymvaTmvaTransform) transform = { self, all->pdata[i - 1], PYMVA_TMVA_ALL_CLASSES };

      if (!undo_transformation (&transform, stage, error))
        return FALSE;
    }

  return all != NULL;
}
