/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-export-onnx-private.h"

/* Stages that compute one column of each, in float64 and in the order in which this library does
 * it: the bits are the same. */

const char *
pymva_onnx_write_cast (PymvaOnnxWriter *writer,
                       const char *name,
                       gint32 type)
{
  const char *output = pymva_onnx_writer_add (writer, "Cast", name, NULL);

  pymva_onnx_writer_set_int (writer, "to", type);
  return output;
}

const char *
pymva_onnx_write_doubles (PymvaOnnxWriter *writer,
                          PymvaOnnxColumns columns)
{
  return columns.is_double ? columns.name
                           : pymva_onnx_write_cast (writer, columns.name,
                                                    ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
}

const char *
pymva_onnx_write_floats (PymvaOnnxWriter *writer,
                         PymvaOnnxColumns columns)
{
  return columns.is_double ? pymva_onnx_write_cast (writer, columns.name,
                                                    ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
                           : columns.name;
}

const char *
pymva_onnx_write_concat (PymvaOnnxWriter *writer,
                         const char * const *names,
                         guint n_names)
{
  const char *output = pymva_onnx_writer_add_list (writer, "Concat", names, n_names);

  pymva_onnx_writer_set_int (writer, "axis", 1);
  return output;
}

const char *
pymva_onnx_write_gather (PymvaOnnxWriter *writer,
                         const char *name,
                         const guint *columns,
                         guint n_columns)
{
  g_autofree gint64 *numbers = g_new (gint64, n_columns);
  const char *indices;
  const char *output;

  for (guint i = 0; i < n_columns; i++)
    numbers[i] = columns[i];
  indices = pymva_onnx_writer_add_list_of_ints (writer, numbers, n_columns);
  output = pymva_onnx_writer_add (writer, "Gather", name, indices, NULL);
  pymva_onnx_writer_set_int (writer, "axis", 1);
  return output;
}

PymvaOnnxColumns
pymva_onnx_write_select (PymvaOnnxStage *self)
{
  const guint *columns = pymva_stage_select_get_columns (self->stage);
  const char *output = pymva_onnx_write_gather (self->writer, self->inputs.name, columns,
                                                self->stage->n_outputs);

  return (PymvaOnnxColumns) { output, self->inputs.is_double };
}

PymvaOnnxColumns
pymva_onnx_write_affine (PymvaOnnxStage *self)
{
  PymvaAffineTables tables = pymva_stage_affine_get_tables (self->stage);
  const struct
  {
    const char *operator;
    const double *values;
  } steps[] = {
    { "Sub", tables.subtract },
    { "Div", tables.divide },
    { "Mul", tables.multiply },
    { "Add", tables.add },
  };
  const char *name = pymva_onnx_write_doubles (self->writer, self->inputs);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i].values != NULL)
      name = pymva_onnx_writer_add (self->writer, steps[i].operator, name,
                                    pymva_onnx_writer_add_row (self->writer, steps[i].values,
                                                               self->stage->n_inputs),
                                    NULL);

  return (PymvaOnnxColumns) { name, TRUE };
}

PymvaOnnxColumns
pymva_onnx_write_fill (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  const char *name = pymva_onnx_write_doubles (writer, self->inputs);
  const char *values = pymva_onnx_writer_add_row (writer, pymva_stage_fill_get_values (self->stage),
                                                  self->stage->n_inputs);
  const char *missing = pymva_onnx_writer_add (writer, "IsNaN", name, NULL);

  return (PymvaOnnxColumns) { pymva_onnx_writer_add (writer, "Where", missing, values, name, NULL),
                              TRUE };
}

PymvaOnnxColumns
pymva_onnx_write_clip (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaClipTables tables = pymva_stage_clip_get_tables (self->stage);
  const double *limits[] = { tables.minimum, tables.maximum };
  static const char *const operators[] = { "Less", "Greater" };
  const char *name = pymva_onnx_write_doubles (writer, self->inputs);

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (limits[i] != NULL)
      {
        const char *limit = pymva_onnx_writer_add_row (writer, limits[i], self->stage->n_inputs);
        const char *beyond = pymva_onnx_writer_add (writer, operators[i], name, limit, NULL);

        name = pymva_onnx_writer_add (writer, "Where", beyond, limit, name, NULL);
      }

  return (PymvaOnnxColumns) { name, TRUE };
}

/* --- columns together --- */

PymvaOnnxColumns
pymva_onnx_write_product (PymvaOnnxStage *self)
{
  const char *name = pymva_onnx_write_doubles (self->writer, self->inputs);
  const guint first = 0;
  const char *product = pymva_onnx_write_gather (self->writer, name, &first, 1);

  for (guint i = 1; i < self->stage->n_inputs; i++)
    product = pymva_onnx_writer_add (self->writer, "Mul", product,
                                     pymva_onnx_write_gather (self->writer, name, &i, 1), NULL);

  return (PymvaOnnxColumns) { product, TRUE };
}

PymvaOnnxColumns
pymva_onnx_write_mean (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  guint width = self->stage->n_outputs;
  guint n_groups = self->stage->n_inputs / width;
  g_autofree guint *columns = g_new (guint, width);
  const char *name = pymva_onnx_write_doubles (writer, self->inputs);
  const char *sum = NULL;

  for (guint group = 0; group < n_groups; group++)
    {
      const char *found;

      for (guint i = 0; i < width; i++)
        columns[i] = group * width + i;
      found = pymva_onnx_write_gather (writer, name, columns, width);
      sum = sum == NULL ? found : pymva_onnx_writer_add (writer, "Add", sum, found, NULL);
    }
  sum = pymva_onnx_writer_add (writer, "Div", sum,
                               pymva_onnx_writer_add_number (writer, TRUE, n_groups), NULL);

  return (PymvaOnnxColumns) { sum, TRUE };
}

PymvaOnnxColumns
pymva_onnx_write_choose (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaChooseTables tables = pymva_stage_choose_get_tables (self->stage);
  guint width = self->stage->n_outputs;
  g_autofree guint *columns = g_new (guint, width);
  g_autofree double *others = g_new (double, width);
  const char *name = pymva_onnx_write_doubles (writer, self->inputs);
  const char *half = pymva_onnx_writer_add_number (writer, TRUE, 0.5);
  const char *found;

  for (guint k = 0; k < width; k++)
    others[k] = tables.otherwise;
  found = pymva_onnx_writer_add_row (writer, others, width);
  for (guint i = 0; i < tables.n_choices; i++)
    {
      const char *chosen = pymva_onnx_writer_add (
        writer, "Greater", pymva_onnx_write_gather (writer, name, &i, 1), half, NULL);

      for (guint k = 0; k < width; k++)
        columns[k] = tables.n_choices + i * width + k;
      found = pymva_onnx_writer_add (writer, "Where", chosen,
                                     pymva_onnx_write_gather (writer, name, columns, width), found,
                                     NULL);
    }

  return (PymvaOnnxColumns) { found, TRUE };
}

/* --- column by column --- */

/* Computes each column by itself, and puts them side by side again. */
static PymvaOnnxColumns
write_each (PymvaOnnxStage *self,
            const gsize *firsts,
            const char *(*write) (PymvaOnnxStage *self,
                                  const char *column,
                                  gsize first,
                                  gsize end))
{
  PymvaOnnxWriter *writer = self->writer;
  const char *name = pymva_onnx_write_doubles (writer, self->inputs);
  guint n = self->stage->n_inputs;
  g_autofree const char **columns = g_new (const char *, n);

  for (guint i = 0; i < n; i++)
    {
      columns[i] = pymva_onnx_write_gather (writer, name, &i, 1);
      if (firsts[i] < firsts[i + 1])
        columns[i] = write (self, columns[i], firsts[i], firsts[i + 1]);
    }

  return (PymvaOnnxColumns) { pymva_onnx_write_concat (writer, columns, n), TRUE };
}

/* Compared with all categories at once, one of which may equal it. */
static const char *
write_rank (PymvaOnnxStage *self,
            const char *column,
            gsize first,
            gsize end)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaEncodeTables tables = pymva_stage_encode_get_tables (self->stage);
  gsize n = end - first;
  g_autofree double *ranks = g_new (double, 2 * n);
  static const guint both[] = { 0, 1 };
  const char *equal;
  const char *found;
  const char *is_known;

  /* The rank, and whether there is one. */
  for (gsize i = 0; i < n; i++)
    {
      ranks[2 * i] = i;
      ranks[2 * i + 1] = 1;
    }
  equal = pymva_onnx_writer_add (writer, "Equal", column,
                                 pymva_onnx_writer_add_row (writer, tables.categories + first, n),
                                 NULL);
  equal = pymva_onnx_write_cast (writer, equal, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE);
  found = pymva_onnx_writer_add (writer, "MatMul", equal,
                                 pymva_onnx_writer_add_table (
                                   writer, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, n, 2, ranks),
                                 NULL);
  is_known = pymva_onnx_writer_add (writer, "Greater",
                                    pymva_onnx_write_gather (writer, found, both + 1, 1),
                                    pymva_onnx_writer_add_number (writer, TRUE, 0.5), NULL);
  return pymva_onnx_writer_add (writer, "Where", is_known,
                                pymva_onnx_write_gather (writer, found, both, 1),
                                pymva_onnx_writer_add_number (writer, TRUE, NAN), NULL);
}

PymvaOnnxColumns
pymva_onnx_write_encode (PymvaOnnxStage *self)
{
  return write_each (self, pymva_stage_encode_get_tables (self->stage).firsts, write_rank);
}

/* --- lines between knots --- */

static const char *
add_table (PymvaOnnxWriter *writer,
           const double *values,
           gsize n_values)
{
  return pymva_onnx_writer_add_table (writer, ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, n_values, 0,
                                      values);
}

/* The last knot that is not above @column, which is not below the first nor at the last: a binary
 * search, whose steps are written one after the other. */
static const char *
write_search (PymvaOnnxWriter *writer,
              const char *column,
              const char *knots,
              gsize n_knots)
{
  gint64 zero = 0;
  gint64 last = n_knots - 1;
  gsize step = 1;
  const char *place = pymva_onnx_writer_add_list_of_ints (writer, &zero, 1);
  const char *end = pymva_onnx_writer_add_list_of_ints (writer, &last, 1);

  while (2 * step < n_knots)
    step *= 2;
  for (; step > 0; step /= 2)
    {
      gint64 length = step;
      const char *next =
        pymva_onnx_writer_add (writer, "Add", place,
                               pymva_onnx_writer_add_list_of_ints (writer, &length, 1), NULL);
      const char *within = pymva_onnx_writer_add (writer, "Min", next, end, NULL);
      const char *knot = pymva_onnx_writer_add (writer, "Gather", knots, within, NULL);
      const char *reached = pymva_onnx_writer_add (writer, "GreaterOrEqual", column, knot, NULL);

      place = pymva_onnx_writer_add (writer, "Where", reached, within, place, NULL);
    }

  return place;
}

/* y[low] + (x - knots[low]) / dx * dy, or dy / dx * (x - knots[low]) + y[low]. */
static const char *
write_line (PymvaOnnxWriter *writer,
            const char *column,
            const char *place,
            const PymvaInterpolateTables *tables,
            gsize first,
            gsize n_knots)
{
  g_autofree double *dx = g_new (double, n_knots);
  g_autofree double *dy = g_new (double, n_knots);
  const char *low_x =
    pymva_onnx_writer_add (writer, "Gather", add_table (writer, tables->x + first, n_knots), place,
                           NULL);
  const char *low_y =
    pymva_onnx_writer_add (writer, "Gather", add_table (writer, tables->y + first, n_knots), place,
                           NULL);
  const char *distance = pymva_onnx_writer_add (writer, "Sub", column, low_x, NULL);
  const char *found;

  /* There is no line after the last knot, and no row gets there. */
  for (gsize i = 0; i < n_knots; i++)
    {
      gsize k = first + MIN (i, n_knots - 2);

      dx[i] = tables->x[k + 1] - tables->x[k];
      dy[i] = tables->y[k + 1] - tables->y[k];
      if (tables->slopes)
        dy[i] /= dx[i];
    }

  if (!tables->slopes)
    distance = pymva_onnx_writer_add (writer, "Div", distance,
                                      pymva_onnx_writer_add (writer, "Gather",
                                                             add_table (writer, dx, n_knots),
                                                             place, NULL),
                                      NULL);
  found = pymva_onnx_writer_add (writer, "Mul", distance,
                                 pymva_onnx_writer_add (writer, "Gather",
                                                        add_table (writer, dy, n_knots), place,
                                                        NULL),
                                 NULL);
  return pymva_onnx_writer_add (writer, "Add", low_y, found, NULL);
}

static const char *
write_interpolated (PymvaOnnxStage *self,
                    const char *column,
                    gsize first,
                    gsize end)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaInterpolateTables tables = pymva_stage_interpolate_get_tables (self->stage);
  gsize n_knots = end - first;
  const char *least = pymva_onnx_writer_add_number (writer, TRUE, tables.x[first]);
  const char *most = pymva_onnx_writer_add_number (writer, TRUE, tables.x[end - 1]);
  const char *place;
  const char *found = column;

  /* NaN, which is on neither side, stays NaN. */
  if (n_knots > 1)
    {
      place = write_search (writer, column, add_table (writer, tables.x + first, n_knots),
                            n_knots);
      found = write_line (writer, column, place, &tables, first, n_knots);
    }
  found = pymva_onnx_writer_add (writer, "Where",
                                 pymva_onnx_writer_add (writer, "LessOrEqual", column, least,
                                                        NULL),
                                 pymva_onnx_writer_add_number (writer, TRUE, tables.y[first]),
                                 found, NULL);
  return pymva_onnx_writer_add (writer, "Where",
                                pymva_onnx_writer_add (writer, "GreaterOrEqual", column, most,
                                                       NULL),
                                pymva_onnx_writer_add_number (writer, TRUE, tables.y[end - 1]),
                                found, NULL);
}

PymvaOnnxColumns
pymva_onnx_write_interpolate (PymvaOnnxStage *self)
{
  return write_each (self, pymva_stage_interpolate_get_tables (self->stage).firsts,
                     write_interpolated);
}

/* --- the median --- */

/* Sorted, equal ones in their order, as TopK has it; and the first at which the sum of the weights
 * is not below half of all. */
PymvaOnnxColumns
pymva_onnx_write_weighted_median (PymvaOnnxStage *self)
{
  PymvaOnnxWriter *writer = self->writer;
  PymvaWeightedMedianTables tables = pymva_stage_weighted_median_get_tables (self->stage);
  guint n = self->stage->n_inputs;
  gint64 count = n;
  guint last = n - 1;
  gint64 axis = 1;
  const char *name;
  const char *weights;
  const char *values;
  const char *order;
  const char *sums;
  const char *half;
  const char *reached;
  const char *place;

  if (tables.reach >= 0)
    {
      self->lacks = " takes a mean of columns around its median, for which ONNX has no operator";
      return (PymvaOnnxColumns) { NULL };
    }
  name = pymva_onnx_write_doubles (writer, self->inputs);
  weights = add_table (writer, tables.weights, n);
  values = pymva_onnx_writer_add (writer, "TopK", name,
                                  pymva_onnx_writer_add_list_of_ints (writer, &count, 1), NULL);
  pymva_onnx_writer_set_int (writer, "axis", 1);
  pymva_onnx_writer_set_int (writer, "largest", 0);
  order = pymva_onnx_writer_add_output (writer);
  sums = pymva_onnx_writer_add (writer, "CumSum",
                                pymva_onnx_writer_add (writer, "Gather", weights, order, NULL),
                                pymva_onnx_writer_add_list_of_ints (writer, &axis, 1), NULL);
  half = pymva_onnx_writer_add (writer, "Mul", pymva_onnx_write_gather (writer, sums, &last, 1),
                                pymva_onnx_writer_add_number (writer, TRUE, 0.5), NULL);
  reached = pymva_onnx_writer_add (writer, "GreaterOrEqual", sums, half, NULL);
  reached = pymva_onnx_write_cast (writer, reached, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
  place = pymva_onnx_writer_add (writer, "ArgMax", reached, NULL);
  pymva_onnx_writer_set_int (writer, "axis", 1);
  name = pymva_onnx_writer_add (writer, "GatherElements", values, place, NULL);
  pymva_onnx_writer_set_int (writer, "axis", 1);

  return (PymvaOnnxColumns) { name, TRUE };
}
