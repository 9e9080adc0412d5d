/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-graph-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* Rows that go through all stages together: enough to walk a tree while it is in the cache. */
#define TILE_ROWS 256
/* What a tile's values may take: a part of the second-level cache. */
#define TILE_BYTES (256 * 1024)
/* Fewer rows than this would fetch the weights of a wide network too often: so they may take more,
 * and a single row even more than that. */
#define LEAST_TILE_ROWS 48
/* The rows that a forest takes through its trees together: what is left over takes longer. */
#define WHOLE_ROWS 64
#define MOST_TILE_BYTES (8 * 1024 * 1024)
/* What a single row may take, so that no file makes the program run out of memory. */
#define MOST_ROW_BYTES (256 * 1024 * 1024)
#define ALIGNMENT 64
/* Scratch up to this size lies on the stack of the caller, who may have little of it. */
#define STACK_BYTES (16 * 1024)

typedef struct
{
  PymvaStage *stage;
  int input;
  /* Where it takes the columns of several stages side by side: their numbers, and where these
   * columns lie, as @offset says it. NULL where it takes those of one. */
  int *inputs;
  guint n_inputs;
  gsize joined;
  /* Of its outputs, in doubles for each row of the tile. */
  gsize offset;
  /* Whether its outputs are rounded to float32. */
  gboolean rounds;
} Vertex;

struct _PymvaGraph
{
  Vertex *vertices;
  guint n_vertices;
  /* How many there will be. */
  guint n_stages;
  guint n_variables;
  /* The doubles that hold all outputs of a row, and the bytes that its widest stage works in. */
  gsize row_values;
  gsize row_scratch;
  gsize tile_rows;
};

/* --- making --- */

static gsize
get_row_size (const PymvaGraph *self)
{
  return self->row_values * sizeof (double) + self->row_scratch;
}

/* Engines that compare float64 numbers were trained with inputs that had been rounded. */
static gboolean
read_dtype (JsonObject *description,
            gboolean *rounds,
            GError **error)
{
  const char *dtype = "float64";

  if (!pymva_json_read_string (description, "dtype", FALSE, &dtype, error))
    return FALSE;

  *rounds = g_str_equal (dtype, "float32");
  if (*rounds || g_str_equal (dtype, "float64"))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“dtype” is “%s”, not “float32” or “float64”", dtype);
  return FALSE;
}

guint
pymva_graph_get_width (const PymvaGraph *self,
                       int input)
{
  return input == PYMVA_GRAPH_VARIABLES ? self->n_variables
                                        : self->vertices[input].stage->n_outputs;
}

/* Reads “inputs”, a list of stages; *@n_columns is how many columns they have together, or stays as
 * it is where there is no list. */
static gboolean
read_inputs (PymvaGraph *self,
             JsonObject *description,
             guint *n_columns,
             GError **error)
{
  Vertex *vertex = &self->vertices[self->n_vertices];
  JsonArray *array = NULL;
  guint64 width = 0;

  if (!pymva_json_read_array (description, "inputs", FALSE, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  if (json_object_has_member (description, "input") || json_array_get_length (array) == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "“inputs” is empty, or there is “input” beside it");
      return FALSE;
    }

  vertex->n_inputs = json_array_get_length (array);
  vertex->inputs = g_new (int, vertex->n_inputs);
  for (guint i = 0; i < vertex->n_inputs; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 input = G_MAXINT64;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
        input = json_node_get_int (node);
      if (input < PYMVA_GRAPH_VARIABLES || input >= self->n_vertices)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of “inputs” is not the number of a stage before it", i);
          return FALSE;
        }
      vertex->inputs[i] = input;
      width += pymva_graph_get_width (self, input);
    }
  if (width > PYMVA_STAGE_MOST_COLUMNS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "its “inputs” have more than %d columns",
                   PYMVA_STAGE_MOST_COLUMNS);
      return FALSE;
    }

  vertex->joined = self->row_values;
  self->row_values += width;
  *n_columns = width;
  return TRUE;
}

static gboolean
add_stage (PymvaGraph *self,
           JsonObject *description,
           GHashTable *tensors,
           gboolean for_export,
           GError **error)
{
  Vertex *vertex = &self->vertices[self->n_vertices];
  gint64 input = (gint64) self->n_vertices - 1;
  guint n_inputs;

  if (!pymva_json_read_int (description, "input", FALSE, PYMVA_GRAPH_VARIABLES, input, &input,
                            error) ||
      !read_dtype (description, &vertex->rounds, error))
    return FALSE;

  n_inputs = pymva_graph_get_width (self, input);
  if (!read_inputs (self, description, &n_inputs, error))
    return FALSE;
  vertex->input = input;
  vertex->offset = self->row_values;
  vertex->stage = for_export ? pymva_stage_new_for_export (description, tensors, n_inputs, error)
                             : pymva_stage_new (description, tensors, n_inputs, error);
  if (vertex->stage == NULL)
    return FALSE;

  self->n_vertices++;
  self->row_values += vertex->stage->n_outputs;
  self->row_scratch = MAX (self->row_scratch, vertex->stage->row_scratch);
  if (get_row_size (self) <= MOST_ROW_BYTES)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "it needs more than %d MiB for a single row", MOST_ROW_BYTES / (1024 * 1024));
  return FALSE;
}

static gsize
get_scratch_size (const PymvaGraph *self,
                  gsize n_rows)
{
  /* Each part is rounded up so that the next one is aligned. */
  return n_rows * get_row_size (self) + 2 * ALIGNMENT;
}

static PymvaGraph *
make_graph (JsonArray *stages,
            GHashTable *tensors,
            guint n_variables,
            gboolean for_export,
            GError **error)
{
  g_autoptr (PymvaGraph) self = g_new0 (PymvaGraph, 1);
  guint n_stages = json_array_get_length (stages);

  if (n_stages == 0 || n_stages > PYMVA_GRAPH_MOST_STAGES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the model has %u stages, not 1 to %d", n_stages, PYMVA_GRAPH_MOST_STAGES);
      return NULL;
    }

  self->n_variables = n_variables;
  self->n_stages = n_stages;
  self->vertices = g_new0 (Vertex, n_stages);
  for (guint i = 0; i < n_stages; i++)
    {
      JsonObject *description = pymva_json_get_element (stages, i, "stages", error);

      if (description == NULL)
        return NULL;
      if (!add_stage (self, description, tensors, for_export, error))
        {
          g_prefix_error (error, "stage %u: ", i);
          return NULL;
        }
    }

  self->tile_rows = CLAMP (TILE_BYTES / get_row_size (self),
                           CLAMP (MOST_TILE_BYTES / get_row_size (self), 1, LEAST_TILE_ROWS),
                           TILE_ROWS);
  if (self->tile_rows > WHOLE_ROWS)
    self->tile_rows -= self->tile_rows % WHOLE_ROWS;
  return g_steal_pointer (&self);
}

PymvaGraph *
pymva_graph_new (JsonArray *stages,
                 GHashTable *tensors,
                 guint n_variables,
                 GError **error)
{
  return make_graph (stages, tensors, n_variables, FALSE, error);
}

PymvaGraph *
pymva_graph_new_for_export (JsonArray *stages,
                            GHashTable *tensors,
                            guint n_variables,
                            GError **error)
{
  return make_graph (stages, tensors, n_variables, TRUE, error);
}

void
pymva_graph_free (PymvaGraph *self)
{
  /* One more may have been begun: it has inputs, and no stage. */
  for (guint i = 0; i < self->n_vertices; i++)
    pymva_stage_free (self->vertices[i].stage);
  for (guint i = 0; i < self->n_stages; i++)
    g_free (self->vertices[i].inputs);
  g_free (self->vertices);
  g_free (self);
}

guint
pymva_graph_get_n_variables (const PymvaGraph *self)
{
  return self->n_variables;
}

gsize
pymva_graph_get_tile_rows (const PymvaGraph *self)
{
  return self->tile_rows;
}

guint
pymva_graph_get_n_outputs (const PymvaGraph *self)
{
  return self->vertices[self->n_vertices - 1].stage->n_outputs;
}

/* The engine, or the last stage where there is none. */
static const PymvaStage *
get_engine (const PymvaGraph *self)
{
  for (guint i = self->n_vertices; i-- > 0;)
    if (self->vertices[i].stage->klass->engine)
      return self->vertices[i].stage;

  return self->vertices[self->n_vertices - 1].stage;
}

const char *
pymva_graph_get_engine (const PymvaGraph *self)
{
  return get_engine (self)->klass->kind;
}

const char *
pymva_graph_get_kernel (const PymvaGraph *self)
{
  return pymva_kernel_get_name (get_engine (self)->kernel);
}

gboolean
pymva_graph_is_exact (const PymvaGraph *self)
{
  for (guint i = 0; i < self->n_vertices; i++)
    if (!self->vertices[i].stage->klass->exact && !self->vertices[i].stage->exact)
      return FALSE;

  return TRUE;
}

guint
pymva_graph_get_n_stages (const PymvaGraph *self)
{
  return self->n_vertices;
}

PymvaGraphStage
pymva_graph_get_stage (const PymvaGraph *self,
                       guint stage)
{
  const Vertex *vertex = &self->vertices[stage];

  return (PymvaGraphStage) {
    .stage = vertex->stage,
    .inputs = vertex->inputs != NULL ? vertex->inputs : &vertex->input,
    .n_inputs = vertex->inputs != NULL ? vertex->n_inputs : 1,
    .rounds = vertex->rounds,
  };
}

/* --- running --- */

static gpointer
align (gpointer pointer)
{
  return (gpointer) (((guintptr) pointer + ALIGNMENT - 1) & ~(guintptr) (ALIGNMENT - 1));
}

/* The columns that the stages before have given, or the variables. */
static PymvaColumns
get_columns (const PymvaGraph *self,
             int input,
             const PymvaColumns *rows,
             gsize n_rows,
             const double *values)
{
  if (input == PYMVA_GRAPH_VARIABLES)
    return *rows;

  return (PymvaColumns) { .doubles = values + n_rows * self->vertices[input].offset };
}

/* Puts the columns of several stages side by side. */
static PymvaColumns
join_columns (const PymvaGraph *self,
              const Vertex *vertex,
              const PymvaColumns *rows,
              gsize n_rows,
              double *values)
{
  guint width = vertex->stage->n_inputs;
  double *joined = values + n_rows * vertex->joined;
  guint first = 0;

  for (guint i = 0; i < vertex->n_inputs; i++)
    {
      PymvaColumns columns = get_columns (self, vertex->inputs[i], rows, n_rows, values);
      guint n = pymva_graph_get_width (self, vertex->inputs[i]);

      for (gsize row = 0; row < n_rows; row++)
        for (guint k = 0; k < n; k++)
          joined[row * width + first + k] = pymva_columns_get (&columns, row * n + k);
      first += n;
    }

  return (PymvaColumns) { .doubles = joined };
}

static void
score_tile (const PymvaGraph *self,
            const PymvaColumns *rows,
            gsize n_rows,
            float *outputs,
            gpointer memory)
{
  double *values = align (memory);
  gpointer scratch = align (values + n_rows * self->row_values);
  const Vertex *last = &self->vertices[self->n_vertices - 1];
  const double *results = values + n_rows * last->offset;

  for (const Vertex *vertex = self->vertices; vertex <= last; vertex++)
    {
      const PymvaStageClass *klass = vertex->stage->klass;
      double *found = values + n_rows * vertex->offset;
      PymvaColumns inputs = vertex->inputs != NULL
                              ? join_columns (self, vertex, rows, n_rows, values)
                              : get_columns (self, vertex->input, rows, n_rows, values);

      if (vertex == last && klass->run_floats != NULL)
        {
          klass->run_floats (vertex->stage, &inputs, outputs, n_rows, scratch);
          return;
        }

      klass->run (vertex->stage, &inputs, found, n_rows, scratch);
      for (gsize k = 0; vertex->rounds && k < n_rows * vertex->stage->n_outputs; k++)
        found[k] = (float) found[k];
    }

  for (gsize i = 0; i < n_rows * last->stage->n_outputs; i++)
    outputs[i] = (float) results[i];
}

/* The calling thread's own memory, which grows to what its largest model needs. */
typedef struct
{
  gsize size;
  gpointer memory;
} Scratch;

static void
scratch_free (gpointer data)
{
  Scratch *scratch = data;

  g_free (scratch->memory);
  g_free (scratch);
}

static gpointer
get_thread_scratch (gsize size)
{
  static GPrivate private = G_PRIVATE_INIT (scratch_free);
  Scratch *scratch = g_private_get (&private);

  if (scratch == NULL)
    {
      scratch = g_new0 (Scratch, 1);
      g_private_set (&private, scratch);
    }
  if (scratch->size < size)
    {
      g_free (scratch->memory);
      scratch->memory = g_malloc (size);
      scratch->size = size;
    }

  return scratch->memory;
}

void
pymva_graph_score_columns (const PymvaGraph *self,
                           const PymvaColumns *rows,
                           gsize n_rows,
                           float *outputs)
{
  char stack[STACK_BYTES];
  gsize size = get_scratch_size (self, MIN (n_rows, self->tile_rows));
  gpointer memory = size <= sizeof stack ? stack : get_thread_scratch (size);
  guint n_outputs = pymva_graph_get_n_outputs (self);

  for (gsize row = 0; row < n_rows; row += self->tile_rows)
    {
      gsize first = row * self->n_variables;
      PymvaColumns tile = { NULL };

      if (rows->floats != NULL)
        tile.floats = rows->floats + first;
      else
        tile.doubles = rows->doubles + first;
      score_tile (self, &tile, MIN (self->tile_rows, n_rows - row), outputs + row * n_outputs,
                  memory);
    }
}

void
pymva_graph_score (const PymvaGraph *self,
                   const float *rows,
                   gsize n_rows,
                   float *outputs)
{
  const PymvaColumns columns = { .floats = rows };

  pymva_graph_score_columns (self, &columns, n_rows, outputs);
}
