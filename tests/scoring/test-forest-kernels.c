/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"
#include "scoring/kernels/pymva-kernel-forest-private.h"
#include "scoring/kernels/pymva-kernel.h"
#include "scoring/pymva-stage-private.h"

/* Random forests of every kind, scored by every kernel that the processor has, and by the plainest
 * reading of docs/model-file.md: the same bits for all, also on the thresholds and for numbers that
 * are none. */

typedef struct
{
  const char *name;
  guint n_inputs;
  guint n_trees;
  guint most_levels;
  guint most_nodes;
  /* How likely a node is a split, and the different thresholds of an input. */
  double fill;
  guint n_thresholds;
  guint n_outputs;
  /* Leaves have a value for each output, or else trees have one output each. */
  gboolean vectors;
  gboolean doubles;
  gboolean float_sums;
  gboolean missing;
  gboolean sets;
  const char *aggregation;
} Shape;

static const Shape shapes[] = {
  { "leaves", 3, 9, 0, 1, 1, 1, 1, TRUE, FALSE, FALSE, FALSE, FALSE, "sum" },
  { "stumps", 28, 203, 1, 3, 1, 40, 1, TRUE, FALSE, TRUE, FALSE, FALSE, "sum" },
  { "shallow", 28, 101, 3, 15, 0.9, 40, 1, TRUE, FALSE, TRUE, FALSE, FALSE, "sum" },
  { "shallow, missing", 28, 101, 3, 15, 0.9, 40, 1, TRUE, FALSE, TRUE, TRUE, FALSE, "sum" },
  { "shallow, doubles", 6, 70, 3, 15, 1, 30, 1, TRUE, TRUE, FALSE, TRUE, FALSE, "average" },
  { "six levels", 28, 150, 6, 127, 0.97, 200, 1, TRUE, FALSE, TRUE, FALSE, FALSE, "sum" },
  { "six levels, missing", 28, 90, 6, 127, 0.97, 200, 1, TRUE, FALSE, TRUE, TRUE, FALSE, "sum" },
  { "four levels", 11, 70, 4, 127, 0.9, 60, 1, TRUE, FALSE, FALSE, TRUE, FALSE, "average" },
  { "five levels", 40, 70, 5, 127, 0.9, 60, 2, TRUE, FALSE, FALSE, TRUE, FALSE, "average" },
  { "classes", 40, 120, 6, 127, 0.95, 100, 5, FALSE, FALSE, TRUE, TRUE, FALSE, "sum" },
  { "shallow classes", 12, 64, 3, 15, 1, 100, 3, FALSE, TRUE, FALSE, FALSE, FALSE, "sum" },
  { "vectors", 20, 50, 6, 127, 0.95, 100, 3, TRUE, FALSE, FALSE, FALSE, FALSE, "average" },
  { "many cuts", 5, 150, 6, 127, 1, 2000, 1, TRUE, FALSE, FALSE, TRUE, FALSE, "average" },
  { "inputs, 100", 100, 120, 6, 127, 1, 30, 1, TRUE, FALSE, TRUE, TRUE, FALSE, "sum" },
  { "inputs, 250", 250, 300, 6, 127, 1, 20, 1, TRUE, FALSE, TRUE, FALSE, FALSE, "sum" },
  { "inputs, 3000", 3000, 60, 6, 127, 1, 5, 1, TRUE, FALSE, FALSE, TRUE, FALSE, "sum" },
  { "eight levels", 28, 60, 8, 511, 0.98, 200, 2, TRUE, FALSE, FALSE, FALSE, FALSE, "average" },
  { "eight levels, missing", 9, 40, 8, 511, 0.9, 400, 1, TRUE, TRUE, FALSE, TRUE, FALSE, "sum" },
  { "eight levels, classes", 70, 40, 8, 511, 0.9, 9, 4, FALSE, FALSE, TRUE, TRUE, FALSE, "sum" },
  { "eight levels, inputs", 400, 9, 8, 511, 1, 5, 1, TRUE, FALSE, FALSE, TRUE, TRUE, "sum" },
  { "leaves of 32", 28, 60, 12, 63, 0.8, 200, 1, TRUE, TRUE, FALSE, TRUE, FALSE, "sum" },
  { "leaves of 8", 28, 77, 8, 17, 0.7, 20, 3, FALSE, FALSE, TRUE, FALSE, TRUE, "sum" },
  { "leaf by leaf", 28, 60, 20, 125, 0.7, 200, 1, TRUE, TRUE, FALSE, TRUE, FALSE, "sum" },
  { "deep", 28, 30, 40, 3001, 0.9, 5000, 1, TRUE, FALSE, FALSE, TRUE, FALSE, "average" },
  { "sets", 12, 200, 6, 127, 0.95, 20, 1, TRUE, FALSE, FALSE, TRUE, TRUE, "sum" },
  { "sets, leaf by leaf", 9, 40, 20, 61, 0.7, 20, 1, TRUE, TRUE, FALSE, TRUE, TRUE, "sum" },
  { "few sets", 20, 120, 3, 15, 0.95, 20, 1, TRUE, TRUE, FALSE, TRUE, TRUE, "sum" },
};

/* The tables of the stage, and a pool of thresholds for each input. */
typedef struct
{
  const Shape *shape;
  GRand *rand;
  GArray *node_counts;
  GArray *children;
  GArray *features;
  GArray *thresholds;
  GArray *missing;
  GArray *sets;
  GArray *set_offsets;
  GArray *set_words;
  GArray *values;
  GArray *tree_outputs;
  double *base;
  double *pool;
} Model;

static double
draw_threshold (const Model *self,
                guint input)
{
  guint i = g_rand_int_range (self->rand, 0, self->shape->n_thresholds);

  return self->pool[input * self->shape->n_thresholds + i];
}

static gint32
draw_set (Model *self)
{
  gint32 end;

  if (!self->shape->sets || self->set_offsets->len > 40 || g_rand_double (self->rand) < 0.7)
    return self->shape->sets && self->set_offsets->len > 40 && g_rand_double (self->rand) < 0.3
             ? g_rand_int_range (self->rand, 0, 40)
             : -1;

  for (gint i = g_rand_int_range (self->rand, 0, 3); i >= 0; i--)
    {
      guint32 word = g_rand_int (self->rand);

      g_array_append_val (self->set_words, word);
    }
  end = self->set_words->len;
  g_array_append_val (self->set_offsets, end);
  return self->set_offsets->len - 2;
}

static void
append_leaf (Model *self)
{
  guint n = self->shape->vectors ? self->shape->n_outputs : 1;
  gint32 child = -1 - (gint32) (self->values->len / n);

  g_array_append_val (self->children, child);
  for (guint i = 0; i < n; i++)
    {
      double value = g_rand_double_range (self->rand, -1, 1);

      g_array_append_val (self->values, value);
    }
}

/* Nodes of a tree in the order of its levels. */
static void
append_tree (Model *self)
{
  const Shape *shape = self->shape;
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (guint));
  gint32 output = g_rand_int_range (self->rand, 0, shape->n_outputs);
  guint level = 0;
  gint32 count;

  g_array_append_val (levels, level);
  for (guint i = 0; i < levels->len; i++)
    {
      gint32 feature = g_rand_int_range (self->rand, 0, shape->n_inputs);
      gint32 child = levels->len;
      double threshold = draw_threshold (self, feature);
      guint8 missing = g_rand_int_range (self->rand, 0, 32);
      gint32 set = -1;

      level = g_array_index (levels, guint, i) + 1;
      if (level <= shape->most_levels && levels->len + 2 <= shape->most_nodes &&
          g_rand_double (self->rand) < shape->fill)
        {
          set = draw_set (self);
          g_array_append_val (self->children, child);
          g_array_append_val (levels, level);
          g_array_append_val (levels, level);
        }
      else
        append_leaf (self);
      g_array_append_val (self->features, feature);
      g_array_append_val (self->thresholds, threshold);
      g_array_append_val (self->missing, missing);
      g_array_append_val (self->sets, set);
    }

  count = levels->len;
  g_array_append_val (self->node_counts, count);
  g_array_append_val (self->tree_outputs, output);
}

static Model *
model_new (const Shape *shape)
{
  static const double special[] = { 0, -0.0, 1e-35, -1e-35, 1e-45, INFINITY, -INFINITY, 3 };
  Model *self = g_new0 (Model, 1);
  gint32 zero = 0;

  self->shape = shape;
  self->rand = g_rand_new_with_seed (7);
  self->node_counts = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->children = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->features = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->thresholds = g_array_new (FALSE, FALSE, sizeof (double));
  self->missing = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->sets = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->set_offsets = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->set_words = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  self->tree_outputs = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_array_append_val (self->set_offsets, zero);

  self->base = g_new (double, shape->n_outputs);
  for (guint i = 0; i < shape->n_outputs; i++)
    self->base[i] = g_rand_double (self->rand);
  self->pool = g_new (double, shape->n_inputs * shape->n_thresholds);
  for (guint i = 0; i < shape->n_inputs * shape->n_thresholds; i++)
    {
      double threshold = g_rand_double_range (self->rand, -2, 5);

      if (g_rand_double (self->rand) < 0.1)
        threshold = special[g_rand_int_range (self->rand, 0, G_N_ELEMENTS (special))];
      self->pool[i] = shape->doubles ? threshold : (float) threshold;
    }
  for (guint i = 0; i < shape->n_trees; i++)
    append_tree (self);

  return self;
}

static void
model_free (Model *self)
{
  GArray *arrays[] = {
    self->node_counts, self->children,    self->features,  self->thresholds, self->missing,
    self->sets,        self->set_offsets, self->set_words, self->values,     self->tree_outputs,
  };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_unref (arrays[i]);
  g_rand_free (self->rand);
  g_free (self->base);
  g_free (self->pool);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Model, model_free)

static void
insert (GHashTable *tensors,
        JsonObject *description,
        const char *name,
        PymvaDType dtype,
        GArray *array,
        guint n_columns)
{
  fixture_insert (tensors, name, dtype, array->data, array->len / MAX (n_columns, 1), n_columns);
  json_object_set_string_member (description, name, name);
}

static PymvaStage *
make_stage (const Model *self)
{
  const Shape *shape = self->shape;
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (JsonObject) description = json_object_new ();
  g_autoptr (GArray) floats = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GError) error = NULL;
  PymvaStage *stage;

  for (guint i = 0; i < self->thresholds->len; i++)
    {
      float threshold = g_array_index (self->thresholds, double, i);

      g_array_append_val (floats, threshold);
    }

  json_object_set_string_member (description, "kind", "forest");
  json_object_set_string_member (description, "aggregation", shape->aggregation);
  json_object_set_string_member (description, "precision",
                                 shape->float_sums ? "float32" : "float64");
  insert (tensors, description, "node_counts", PYMVA_DTYPE_INT32, self->node_counts, 0);
  insert (tensors, description, "children", PYMVA_DTYPE_INT32, self->children, 0);
  insert (tensors, description, "features", PYMVA_DTYPE_INT32, self->features, 0);
  if (shape->doubles)
    insert (tensors, description, "thresholds", PYMVA_DTYPE_FLOAT64, self->thresholds, 0);
  else
    insert (tensors, description, "thresholds", PYMVA_DTYPE_FLOAT32, floats, 0);
  if (shape->missing)
    insert (tensors, description, "missing", PYMVA_DTYPE_UINT8, self->missing, 0);
  if (shape->sets)
    {
      insert (tensors, description, "sets", PYMVA_DTYPE_INT32, self->sets, 0);
      insert (tensors, description, "set_offsets", PYMVA_DTYPE_INT32, self->set_offsets, 0);
      insert (tensors, description, "set_words", PYMVA_DTYPE_INT32, self->set_words, 0);
    }
  insert (tensors, description, "values", PYMVA_DTYPE_FLOAT64, self->values,
          shape->vectors ? shape->n_outputs : 1);
  if (!shape->vectors)
    {
      insert (tensors, description, "tree_outputs", PYMVA_DTYPE_INT32, self->tree_outputs, 0);
      json_object_set_int_member (description, "n_outputs", shape->n_outputs);
    }
  fixture_insert (tensors, "base", PYMVA_DTYPE_FLOAT64, self->base, shape->n_outputs, 0);
  json_object_set_string_member (description, "base", "base");

  stage = pymva_stage_new (description, tensors, shape->n_inputs, &error);
  g_assert_no_error (error);
  return stage;
}

/* --- the plain reading --- */

static gboolean
goes_left (const Model *self,
           guint node,
           double x)
{
  guint bits = self->shape->missing ? g_array_index (self->missing, guint8, node) : 0;
  gint32 set = self->shape->sets ? g_array_index (self->sets, gint32, node) : -1;
  gboolean missing;
  gint64 n = 0;

  if (isnan (x) && (bits & 2) != 0)
    x = 0;
  missing = isnan (x) || ((bits & 4) != 0 && fabs (x) <= 1e-35f);
  if (!missing && set >= 0)
    {
      const gint32 *offsets = (const gint32 *) self->set_offsets->data;

      n = 32 * (offsets[set + 1] - offsets[set]);
      if (((bits & 16) != 0 ? trunc (x) : x) >= 0 && trunc (x) < n)
        {
          guint32 word = g_array_index (self->set_words, guint32, offsets[set] + (guint) x / 32);

          return word >> (guint) x % 32 & 1;
        }
      missing = (bits & 8) != 0;
      if (!missing)
        return FALSE;
    }
  if (missing)
    return (bits & 1) != 0;

  return x <= g_array_index (self->thresholds, double, node);
}

static void
score_plainly (const Model *self,
               const double *row,
               double *outputs)
{
  const Shape *shape = self->shape;
  guint root = 0;

  for (guint i = 0; i < shape->n_outputs; i++)
    outputs[i] = shape->float_sums ? (float) self->base[i] : self->base[i];

  for (guint tree = 0; tree < shape->n_trees; tree++)
    {
      guint n = shape->vectors ? shape->n_outputs : 1;
      guint first = shape->vectors ? 0 : g_array_index (self->tree_outputs, gint32, tree);
      gint32 child;
      guint node = root;

      while ((child = g_array_index (self->children, gint32, node)) >= 0)
        node = root + child +
               !goes_left (self, node, row[g_array_index (self->features, gint32, node)]);
      for (guint i = 0; i < n; i++)
        {
          double value = g_array_index (self->values, double, (guint) (-1 - child) * n + i);
          double *output = &outputs[first + i];

          *output = shape->float_sums ? (float) *output + (float) value : *output + value;
        }
      root += g_array_index (self->node_counts, gint32, tree);
    }

  for (guint i = 0; i < shape->n_outputs && g_str_equal (shape->aggregation, "average"); i++)
    outputs[i] = shape->float_sums ? (float) outputs[i] / (float) shape->n_trees
                                   : outputs[i] / shape->n_trees;
}

/* --- rows --- */

/* A number on a threshold, next to it, or an odd one. */
static double
draw_number (const Model *self,
             guint input,
             gboolean doubles,
             double nan_share)
{
  static const double odd[] = {
    0, -0.0, INFINITY, -INFINITY, 1e-45, -1e-45, 1e-40, 1e-35, -1e-35, 1.0000001e-35, 0.999e-35,
    1e300, -1e300, -0.5, -1, 1, 2, 7, 31, 32, 33.9, 64, 95, 96, 1e10,
  };
  double threshold = draw_threshold (self, input);
  double up = g_rand_boolean (self->rand) ? INFINITY : -INFINITY;

  if (g_rand_double (self->rand) < nan_share)
    return g_rand_boolean (self->rand) ? NAN : -NAN;
  switch (g_rand_int_range (self->rand, 0, 6))
    {
    case 0:
      return odd[g_rand_int_range (self->rand, 0, G_N_ELEMENTS (odd))];
    case 1:
      return threshold;
    case 2:
      return doubles ? nextafter (threshold, up) : nextafterf ((float) threshold, up);
    case 3:
      return g_rand_int_range (self->rand, -3, 100);
    default:
      return g_rand_double_range (self->rand, -2, 5);
    }
}

static void
check_rows (const Model *self,
            const PymvaStage *stage,
            const float *floats,
            const double *doubles,
            const double *expected,
            gsize n_rows)
{
  gsize n_outputs = self->shape->n_outputs;
  g_autofree double *outputs = g_new (double, n_rows * n_outputs);
  gpointer scratch = g_aligned_alloc (MAX (n_rows * stage->row_scratch, 1), 1, 64);
  PymvaColumns columns = { floats, doubles };

  stage->klass->run (stage, &columns, outputs, n_rows, scratch);
  for (gsize i = 0; i < n_rows * n_outputs; i++)
    if (memcmp (&outputs[i], &expected[i], sizeof (double)) != 0)
      g_error ("%s, %s: %.17g, not %.17g, in output %" G_GSIZE_FORMAT " of row %" G_GSIZE_FORMAT
               " of %" G_GSIZE_FORMAT, self->shape->name, g_getenv ("PYMVA_KERNEL"), outputs[i],
               expected[i], i % n_outputs, i / n_outputs, n_rows);

  g_aligned_free (scratch);
}

static void
check_kernels (const Model *self,
               gboolean doubles,
               double nan_share)
{
  enum { N_ROWS = 261 };
  static const gsize batches[] = { 1, 2, 7, 8, 15, 16, 31, 33, 64, 65, 100, 256, N_ROWS };
  guint n_inputs = self->shape->n_inputs;
  g_autofree double *rows = g_new (double, N_ROWS * n_inputs);
  g_autofree float *floats = g_new (float, N_ROWS * n_inputs);
  g_autofree double *expected = g_new (double, N_ROWS * self->shape->n_outputs);

  for (guint i = 0; i < N_ROWS * n_inputs; i++)
    {
      rows[i] = draw_number (self, i % n_inputs, doubles, nan_share);
      floats[i] = (float) rows[i];
    }
  for (guint row = 0; row < N_ROWS; row++)
    {
      g_autofree double *seen = g_memdup2 (rows + row * n_inputs, n_inputs * sizeof (double));

      for (guint i = 0; i < n_inputs && !(doubles && self->shape->doubles); i++)
        seen[i] = floats[row * n_inputs + i];
      score_plainly (self, seen, expected + row * self->shape->n_outputs);
    }

  for (PymvaKernel kernel = PYMVA_KERNEL_PORTABLE; kernel <= PYMVA_KERNEL_AVX512; kernel++)
    {
      g_autoptr (PymvaStage) stage = NULL;

      g_setenv ("PYMVA_KERNEL", pymva_kernel_get_name (kernel), TRUE);
      stage = make_stage (self);
      for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
        for (gsize first = 0; first + batches[i] <= N_ROWS && first < 40; first += batches[i])
          check_rows (self, stage, doubles ? NULL : floats + first * n_inputs,
                      doubles ? rows + first * n_inputs : NULL,
                      expected + first * self->shape->n_outputs, batches[i]);
    }
  g_unsetenv ("PYMVA_KERNEL");
}

static void
test_shape (gconstpointer data)
{
  g_autoptr (Model) model = model_new (data);

  check_kernels (model, FALSE, 0);
  check_kernels (model, FALSE, 0.05);
  check_kernels (model, TRUE, 0);
  check_kernels (model, TRUE, 0.05);
}

/* Among many trees of one leaf there is a deep one: a table with room for such a tree each would be
 * some hundred times as large as the file, so all are walked. */
static void
test_memory (void)
{
  enum { N_SMALL = 30000, N_LEVELS = 7, N_DEEP = (2 << N_LEVELS) - 1 };
  static const Shape shape = { "memory", 1, N_SMALL + 1, 0, 1, 1, 1, 1, TRUE, FALSE, FALSE, FALSE,
                               FALSE, "sum" };
  g_autoptr (Model) model = model_new (&shape);
  g_autoptr (PymvaStage) stage = NULL;
  const double input = 1;
  double expected;
  gint32 count = N_DEEP;
  gint32 value;

  /* The last tree becomes full: its leaves give what its only one has given. */
  g_array_index (model->node_counts, gint32, N_SMALL) = count;
  value = g_array_index (model->children, gint32, N_SMALL);
  g_array_set_size (model->children, N_SMALL);
  for (gint32 node = 0; node < count; node++)
    {
      gint32 child = node < count / 2 ? 2 * node + 1 : value;
      gint32 feature = 0;
      double threshold = node;
      guint8 missing = 0;
      gint32 set = -1;

      g_array_append_val (model->children, child);
      if (node == 0)
        continue;
      g_array_append_val (model->features, feature);
      g_array_append_val (model->thresholds, threshold);
      g_array_append_val (model->missing, missing);
      g_array_append_val (model->sets, set);
    }

  g_unsetenv ("PYMVA_KERNEL");
  stage = make_stage (model);
  g_assert_cmpint (stage->kernel, ==, PYMVA_KERNEL_PORTABLE);
  score_plainly (model, &input, &expected);
  check_rows (model, stage, NULL, &input, &expected, 1);
}

/* PYMVA_KERNEL names the best that may be chosen. */
static void
test_choice (void)
{
  PymvaKernel best;

  g_unsetenv ("PYMVA_KERNEL");
  best = pymva_kernel_choose ();
  g_setenv ("PYMVA_KERNEL", "portable", TRUE);
  g_assert_cmpint (pymva_kernel_choose (), ==, PYMVA_KERNEL_PORTABLE);
  g_setenv ("PYMVA_KERNEL", "avx2", TRUE);
  g_assert_cmpint (pymva_kernel_choose (), ==, MIN (best, PYMVA_KERNEL_AVX2));
  g_setenv ("PYMVA_KERNEL", "avx512", TRUE);
  g_assert_cmpint (pymva_kernel_choose (), ==, best);
  g_setenv ("PYMVA_KERNEL", "abacus", TRUE);
  g_assert_cmpint (pymva_kernel_choose (), ==, best);
  g_unsetenv ("PYMVA_KERNEL");
}

static GLogWriterOutput
count_warning (GLogLevelFlags level,
               const GLogField *fields,
               gsize n_fields,
               gpointer data)
{
  guint *n_warnings = data;
  const char *text = "";

  if (level != G_LOG_LEVEL_WARNING)
    return g_log_writer_default (level, fields, n_fields, NULL);
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      text = fields[i].value;
  g_assert_nonnull (strstr (text, "PYMVA_KERNEL is “abacus”"));
  g_assert_nonnull (strstr (text, "“portable”, “avx2” and “avx512”"));
  (*n_warnings)++;
  return G_LOG_WRITER_HANDLED;
}

/* A kernel that there is not is named once, and the best one is taken. */
static void
test_unknown (void)
{
  static guint n_warnings;
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_autoptr (PymvaModel) best = NULL;

  g_unsetenv ("PYMVA_KERNEL");
  best = fixture_forest ();
  g_log_set_writer_func (count_warning, &n_warnings, NULL);
  g_setenv ("PYMVA_KERNEL", "abacus", TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PymvaModel) model = fixture_forest ();

      g_assert_cmpstr (pymva_model_get_kernel (model), ==, pymva_model_get_kernel (best));
    }
  g_assert_cmpuint (n_warnings, ==, 1);
  g_unsetenv ("PYMVA_KERNEL");
  g_log_set_always_fatal (fatal);
}

/* Categories from 2^32 on, which are no number of 32 bits. The words before the last ones are
 * memory that nobody touches. */
static void
test_large_set (void)
{
  const gint32 n_words = (1 << 27) + 2;
  const gint32 offsets[] = { 0, n_words };
  const gsize size = n_words * sizeof (guint32);
  guint32 *words = mmap (NULL, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  const PymvaForest forest = { .set_offsets = offsets, .set_words = words };
  const PymvaWideNode node = { .set = 0 };

  g_assert_true (words != MAP_FAILED);
  words[0] = 1 << 3;
  words[n_words - 1] = 1 << 5;
  g_assert_false (pymva_forest_misses_set (&forest, &node, 3));
  g_assert_true (pymva_forest_misses_set (&forest, &node, 0x1p32 + 3));
  g_assert_true (pymva_forest_misses_set (&forest, &node, 5));
  g_assert_false (pymva_forest_misses_set (&forest, &node, 0x1p32 + 37));
  g_assert_true (pymva_forest_misses_set (&forest, &node, 0x1p32 + 64));
  munmap (words, size);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/forest-kernels/choice", test_choice);
  g_test_add_func ("/forest-kernels/memory", test_memory);
  g_test_add_func ("/forest-kernels/unknown", test_unknown);
  g_test_add_func ("/forest-kernels/large-set", test_large_set);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/forest-kernels/%s", shapes[i].name);

      g_test_add_data_func (path, &shapes[i], test_shape);
    }

  return g_test_run ();
}
