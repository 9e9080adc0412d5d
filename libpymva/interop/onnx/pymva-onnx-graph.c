/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-onnx-private.h"

/* What the tables of all stages may take together, so that a short file makes no large model: so
 * many numbers, and so many more for each byte of the file. */
#define MOST_VALUES (1 << 22)
#define MOST_VALUES_PER_BYTE 4

/* The first ones compute, and the others, as those of ai.onnx.ml, take whole numbers as they do
 * others. */
#define N_COMPUTING 2
static const PymvaOnnxOperator *const operators[] = {
  pymva_onnx_arithmetic_operators,
  pymva_onnx_network_operators,
  pymva_onnx_column_operators,
};
static const PymvaOnnxOperator *const ml_operators[] = {
  pymva_onnx_ml_column_operators,
  pymva_onnx_score_operators,
  pymva_onnx_tree_operators,
};

/* --- values --- */

PymvaOnnxValue *
pymva_onnx_value_ref (PymvaOnnxValue *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
pymva_onnx_value_unref (PymvaOnnxValue *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->tensor, pymva_onnx_tensor_free);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  g_clear_pointer (&self->second, pymva_onnx_value_unref);
  g_strfreev (self->classes);
  g_free (self);
}

PymvaOnnxValue *
pymva_onnx_value_new (int stage,
           guint n_columns)
{
  PymvaOnnxValue *self = g_new0 (PymvaOnnxValue, 1);

  g_ref_count_init (&self->ref_count);
  self->stage = stage;
  self->n_columns = n_columns;

  return self;
}

PymvaOnnxValue *
pymva_onnx_value_new_pair (PymvaOnnxValue *second,
                           gboolean adds_to_one)
{
  PymvaOnnxValue *self = pymva_onnx_value_new (-1, 2);

  self->is_double = second->is_double;
  self->is_exact = second->is_exact;
  self->second = second;
  self->adds_to_one = adds_to_one;
  return self;
}

PymvaOnnxValue *
pymva_onnx_graph_new_symbol (PymvaOnnxGraph *self,
                             const char *function,
                             PymvaOnnxValue *origin,
                             double number)
{
  PymvaOnnxValue *value = pymva_onnx_value_new (-1, origin->n_columns);

  value->is_symbol = TRUE;
  value->function = function;
  value->origin = origin;
  value->number = number;
  g_ptr_array_add (self->origins, pymva_onnx_value_ref (origin));
  return value;
}

PymvaOnnxValue *
pymva_onnx_value_new_tensor (PymvaOnnxTensor *tensor)
{
  PymvaOnnxValue *self = pymva_onnx_value_new (-1, 0);

  self->tensor = tensor;
  return self;
}

PymvaOnnxValue *
pymva_onnx_graph_get_value (PymvaOnnxGraph *self,
                            const Onnx__NodeProto *node,
                            gsize index,
                            GError **error)
{
  const char *name = index < node->n_input ? node->input[index] : "";
  PymvaOnnxValue *value = g_hash_table_lookup (self->values, name);

  /* An empty name is an input that is left out. */
  if (*name == '\0')
    pymva_onnx_fail (node, error, "its input %" G_GSIZE_FORMAT " is missing", index);
  else if (value == NULL)
    pymva_onnx_refuse (node, error,
                       "its input “%s” is a label of a class, or comes from nowhere: only numbers "
                       "can be converted", name);

  return value;
}

PymvaOnnxValue *
pymva_onnx_graph_get_columns (PymvaOnnxGraph *self,
                              const Onnx__NodeProto *node,
                              gsize index,
                              GError **error)
{
  PymvaOnnxValue *value = pymva_onnx_graph_get_value (self, node, index, error);

  if (value != NULL && value->tensor != NULL)
    {
      pymva_onnx_refuse (node, error, "its input “%s” does not depend on the event",
                         node->input[index]);
      return NULL;
    }
  if (value != NULL && value->is_symbol)
    {
      pymva_onnx_refuse (node, error, "its input “%s” comes from an operator that can be converted "
                         "only as part of an activation", node->input[index]);
      return NULL;
    }

  return value;
}

gboolean
pymva_onnx_graph_get_tensor (PymvaOnnxGraph *self,
                             const Onnx__NodeProto *node,
                             gsize index,
                             gboolean required,
                             const PymvaOnnxTensor **tensor,
                             GError **error)
{
  PymvaOnnxValue *value;

  *tensor = NULL;
  if (!required && (index >= node->n_input || *node->input[index] == '\0'))
    return TRUE;
  value = pymva_onnx_graph_get_value (self, node, index, error);
  if (value == NULL)
    return FALSE;
  if (value->tensor == NULL)
    return pymva_onnx_refuse (node, error, "its input “%s” must be a constant",
                              node->input[index]);

  *tensor = value->tensor;
  return TRUE;
}

gboolean
pymva_onnx_graph_set_value (PymvaOnnxGraph *self,
                            const Onnx__NodeProto *node,
                            gsize index,
                            PymvaOnnxValue *value)
{
  if (value == NULL)
    return FALSE;

  if (index < node->n_output && *node->output[index] != '\0')
    g_hash_table_insert (self->values, g_strdup (node->output[index]), value);
  else
    pymva_onnx_value_unref (value);
  return TRUE;
}

/* --- the graph --- */

PymvaOnnxGraph *
pymva_onnx_graph_new (PymvaModelBuilder *builder,
                      gsize file_size)
{
  PymvaOnnxGraph *self = g_new0 (PymvaOnnxGraph, 1);

  self->builder = builder;
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) pymva_onnx_value_unref);
  self->origins = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_onnx_value_unref);
  self->n_values_left = MOST_VALUES + MOST_VALUES_PER_BYTE * file_size;

  return self;
}

void
pymva_onnx_graph_free (PymvaOnnxGraph *self)
{
  g_clear_pointer (&self->rounded, pymva_onnx_value_unref);
  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->origins);
  g_free (self);
}

gboolean
pymva_onnx_graph_add_input (PymvaOnnxGraph *self,
                            const char *name,
                            guint first_column,
                            guint n_columns,
                            guint n_variables,
                            gint32 type,
                            GError **error)
{
  g_autoptr (PymvaOnnxValue) all = pymva_onnx_value_new (-1, n_variables);
  PymvaOnnxValue *value;

  all->is_double = type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
  all->is_integer = type == ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
  all->is_exact = TRUE;
  value = n_columns == n_variables
            ? pymva_onnx_value_ref (all)
            : pymva_onnx_graph_select_range (self, all, first_column, n_columns, error);
  if (value == NULL)
    return FALSE;

  g_hash_table_insert (self->values, g_strdup (name), value);
  return TRUE;
}

static gboolean
add_initializers (PymvaOnnxGraph *self,
                  const Onnx__GraphProto *graph,
                  GHashTable *needed,
                  GError **error)
{
  for (gsize i = 0; i < graph->n_initializer; i++)
    {
      const Onnx__TensorProto *proto = graph->initializer[i];
      PymvaOnnxTensor *tensor;

      if (proto->name == NULL || !g_hash_table_contains (needed, proto->name))
        continue;
      tensor = pymva_onnx_tensor_new (proto, error);
      if (tensor == NULL)
        return FALSE;
      g_hash_table_insert (self->values, g_strdup (proto->name),
                           pymva_onnx_value_new_tensor (tensor));
    }

  return TRUE;
}

static gboolean
makes_any (const Onnx__NodeProto *node,
           GHashTable *names)
{
  for (gsize i = 0; i < node->n_output; i++)
    if (*node->output[i] != '\0' && g_hash_table_contains (names, node->output[i]))
      return TRUE;

  return FALSE;
}

/* All names that @output depends on. Nodes come after those that they take something from. */
static GHashTable *
list_needed (const Onnx__GraphProto *graph,
             const char *output)
{
  GHashTable *needed = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (needed, (gpointer) output);
  for (gsize i = graph->n_node; i-- > 0;)
    if (makes_any (graph->node[i], needed))
      for (gsize k = 0; k < graph->node[i]->n_input; k++)
        g_hash_table_add (needed, graph->node[i]->input[k]);

  return needed;
}

static const PymvaOnnxOperator *
find_operator (const Onnx__NodeProto *node,
               gboolean *computes)
{
  gboolean is_ml = g_strcmp0 (node->domain, "ai.onnx.ml") == 0;
  gboolean is_core = node->domain == NULL || *node->domain == '\0' ||
                     g_str_equal (node->domain, "ai.onnx");
  const PymvaOnnxOperator *const *lists = is_ml ? ml_operators : operators;
  guint n_lists = is_ml ? G_N_ELEMENTS (ml_operators) : G_N_ELEMENTS (operators);

  for (guint i = 0; (is_ml || is_core) && node->op_type != NULL && i < n_lists; i++)
    for (const PymvaOnnxOperator *found = lists[i]; found->name != NULL; found++)
      if (g_str_equal (node->op_type, found->name))
        {
          *computes = is_core && i < N_COMPUTING;
          return found;
        }

  return NULL;
}

/* A quotient of whole numbers is one, and others may be beyond the greatest. */
static gboolean
refuse_integers (PymvaOnnxGraph *self,
                 const Onnx__NodeProto *node,
                 GError **error)
{
  for (gsize i = 0; i < node->n_input; i++)
    {
      const PymvaOnnxValue *value = g_hash_table_lookup (self->values, node->input[i]);

      if (value != NULL && value->is_integer)
        return pymva_onnx_refuse (node, error, "its input “%s” has whole numbers, int64, with "
                                  "which nothing can be computed: cast them to float or double "
                                  "before", node->input[i]);
    }

  return TRUE;
}

static gboolean
convert_node (PymvaOnnxGraph *self,
              const Onnx__NodeProto *node,
              GError **error)
{
  gboolean computes = FALSE;
  const PymvaOnnxOperator *found = find_operator (node, &computes);

  if (found == NULL)
    return pymva_onnx_refuse (node, error,
                              "this operator cannot be converted; a model that needs it stays with "
                              "the program that made it");

  return (!computes || refuse_integers (self, node, error)) && found->convert (self, node, error);
}

PymvaOnnxValue *
pymva_onnx_graph_convert (PymvaOnnxGraph *self,
                          const Onnx__GraphProto *graph,
                          const char *output,
                          GError **error)
{
  g_autoptr (GHashTable) needed = list_needed (graph, output);
  PymvaOnnxValue *value;

  if (!add_initializers (self, graph, needed, error))
    return NULL;
  for (gsize i = 0; i < graph->n_node; i++)
    if (makes_any (graph->node[i], needed) && !convert_node (self, graph->node[i], error))
      return NULL;

  value = g_hash_table_lookup (self->values, output);
  if (value != NULL && value->tensor == NULL && !value->is_symbol)
    return value;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its output “%s” is a label of a class, or does not depend on the inputs: choose an "
               "output of numbers with the option “output” (“--model-output” of pymva import)",
               output);
  return NULL;
}
