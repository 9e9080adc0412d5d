/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <json-glib/json-glib.h>

#include "interop/pymva-ensemble-member-private.h"
#include "interop/pymva-stage-writer-private.h"
#include "scoring/pymva-graph-private.h"
#include "scoring/pymva-json-private.h"
#include "scoring/pymva-model-private.h"

/* A member on its way into an ensemble. */
typedef struct
{
  PymvaModelBuilder *builder;
  PymvaModel *model;
  /* The columns of the ensemble that are its variables, and the stage that selects them;
   * PYMVA_GRAPH_VARIABLES before there is one. */
  const guint *columns;
  int variables;
  GHashTable *tables;
  /* What is put before the names of its tables. */
  char *prefix;
  /* What the numbers of its stages are in the ensemble. */
  GArray *stages;
} Member;

static void
member_clear (Member *self)
{
  g_clear_pointer (&self->tables, g_hash_table_unref);
  g_clear_pointer (&self->prefix, g_free);
  g_clear_pointer (&self->stages, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Member, member_clear)

/* Members of stages that are words. Every other text that is the name of a table names that. */
static const char * const words[] = {
  "aggregation", "dtype", "function", "kind", "precision", "type", NULL
};

static JsonObject *copy_object (Member *self,
                                JsonObject *object);

/* A list of layers, which name tables too; lists of anything else are taken as they are. */
static JsonNode *
copy_array (Member *self,
            JsonNode *node)
{
  JsonArray *array = json_node_get_array (node);
  g_autoptr (JsonArray) copies = json_array_new ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        json_array_add_object_element (copies, copy_object (self, json_node_get_object (element)));
      else
        json_array_add_element (copies, json_node_copy (element));
    }

  return json_node_init_array (json_node_alloc (), copies);
}

static JsonNode *
copy_value (Member *self,
            const char *key,
            JsonNode *node)
{
  const char *text = NULL;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return copy_array (self, node);
  if (JSON_NODE_HOLDS_VALUE (node) && !g_strv_contains (words, key))
    text = json_node_get_string (node);
  if (text != NULL && g_hash_table_contains (self->tables, text))
    {
      g_autofree char *name = g_strconcat (self->prefix, text, NULL);

      return json_node_init_string (json_node_alloc (), name);
    }

  return json_node_copy (node);
}

static JsonObject *
copy_object (Member *self,
             JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &value))
    json_object_set_member (copy, key, copy_value (self, key, value));

  return copy;
}

/* Whether the ensemble's variables will do for a stage that takes those of the member: some look
 * columns up by their numbers, and do not mind more of them behind. */
static gboolean
takes_all_variables (const Member *self,
                     const char *kind,
                     guint n_inputs)
{
  for (guint i = 0; i < self->model->n_variables; i++)
    if (self->columns[i] != i)
      return FALSE;

  return self->model->n_variables == pymva_model_builder_get_n_variables (self->builder) ||
         (n_inputs == 1 && (g_str_equal (kind, "forest") || g_str_equal (kind, "select")));
}

/* The stage that gives the member's variables. */
static int
find_variables (Member *self)
{
  PymvaStageWriter select;

  if (self->variables == PYMVA_GRAPH_VARIABLES)
    {
      pymva_stage_writer_init (&select, self->builder, "select", PYMVA_GRAPH_VARIABLES);
      pymva_stage_writer_set_columns (&select, self->columns, self->model->n_variables);
      self->variables = pymva_stage_writer_add (&select, FALSE);
    }

  return self->variables;
}

/* The list of stages that a stage takes its columns from, of one number where it names only one;
 * new. That the numbers are there was checked when the member was loaded. */
static JsonArray *
list_inputs (JsonObject *stage,
             guint number)
{
  JsonArray *inputs = NULL;
  gint64 input = (gint64) number - 1;

  if (pymva_json_read_array (stage, "inputs", FALSE, &inputs, NULL) && inputs != NULL)
    return json_array_ref (inputs);

  pymva_json_read_int (stage, "input", FALSE, G_MININT64, G_MAXINT64, &input, NULL);
  inputs = json_array_new ();
  json_array_add_int_element (inputs, input);
  return inputs;
}

/* Adds a stage of the member, whose inputs get the numbers that they have in the ensemble. Where it
 * needs the variables of the member alone, they are made first. */
static void
add_stage (Member *self,
           JsonObject *stage,
           guint number)
{
  const char *kind = json_object_get_string_member (stage, "kind");
  JsonObject *copy = copy_object (self, stage);
  g_autoptr (JsonArray) inputs = list_inputs (stage, number);
  guint n_inputs = json_array_get_length (inputs);
  g_autoptr (JsonArray) found = json_array_new ();

  for (guint i = 0; i < n_inputs; i++)
    {
      gint64 input = json_array_get_int_element (inputs, i);

      if (input != PYMVA_GRAPH_VARIABLES)
        input = g_array_index (self->stages, int, input);
      else if (!takes_all_variables (self, kind, n_inputs))
        input = find_variables (self);
      json_array_add_int_element (found, input);
    }
  /* A list would be put together row by row, even a list of one. */
  json_object_remove_member (copy, "inputs");
  if (n_inputs > 1)
    {
      json_object_remove_member (copy, "input");
      json_object_set_array_member (copy, "inputs", json_array_ref (found));
    }
  else
    json_object_set_int_member (copy, "input", json_array_get_int_element (found, 0));

  number = pymva_model_builder_get_n_stages (self->builder);
  g_array_append_val (self->stages, number);
  pymva_model_builder_take_stage (self->builder, copy);
}

gboolean
pymva_ensemble_add_member (PymvaModelBuilder *builder,
                           PymvaModel *model,
                           JsonObject *manifest,
                           guint number,
                           const guint *columns,
                           int *answer,
                           GError **error)
{
  g_auto (Member) self = { builder, model, columns, PYMVA_GRAPH_VARIABLES };
  JsonArray *stages = json_object_get_array_member (manifest, "stages");
  guint n_stages = json_array_get_length (stages);
  GHashTableIter iter;
  gpointer name;
  gpointer tensor;

  self.tables = pymva_model_read_tables_again (model, error);
  if (self.tables == NULL)
    return FALSE;

  self.prefix = g_strdup_printf ("member%u/", number);
  self.stages = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < n_stages; i++)
    add_stage (&self, json_array_get_object_element (stages, i), i);
  *answer = g_array_index (self.stages, int, n_stages - 1);

  g_hash_table_iter_init (&iter, self.tables);
  while (g_hash_table_iter_next (&iter, &name, &tensor))
    {
      g_autofree char *path = g_strconcat (self.prefix, name, NULL);

      pymva_model_builder_add_tensor (builder, path, tensor);
    }
  return TRUE;
}
