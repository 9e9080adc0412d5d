/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-export-c-private.h"

/* The stages as C, each a function from the numbers of one row to those of the next. */

/* --- tables --- */

static void
append_doubles (PymvaCWriter *writer,
                const char *name,
                const char *suffix,
                const double *values,
                gsize n_values)
{
  g_autofree char *table = g_strconcat (name, suffix, NULL);

  pymva_c_append_doubles (writer->text, table, values, n_values);
}

static void
append_numbers (PymvaCWriter *writer,
                const char *name,
                const char *suffix,
                const guint *numbers,
                gsize n_numbers)
{
  g_autofree char *table = g_strconcat (name, suffix, NULL);

  pymva_c_append_ints (writer->text, table, (const gint32 *) numbers, n_numbers);
}

static void
append_firsts (PymvaCWriter *writer,
               const char *name,
               const gsize *firsts,
               guint n_columns)
{
  g_autofree guint *numbers = g_new (guint, n_columns + 1);

  for (guint i = 0; i <= n_columns; i++)
    numbers[i] = firsts[i];
  append_numbers (writer, name, "_firsts", numbers, n_columns + 1);
}

/* The function whose columns are independent of one another: @value is what becomes of x[i]. */
static void
write_map (PymvaCWriter *writer,
           const PymvaStage *stage,
           const char *name,
           const char *value)
{
  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    y[i] = %s;\n"
                        "}\n", stage->n_outputs, value);
}

/* --- kinds --- */

static void
write_affine (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  PymvaAffineTables tables = pymva_stage_affine_get_tables (stage);
  g_autoptr (GString) value = g_string_new ("x[i]");

  if (tables.subtract != NULL)
    {
      append_doubles (writer, name, "_subtract", tables.subtract, stage->n_inputs);
      g_string_printf (value, "(x[i] - %s_subtract[i])", name);
    }
  if (tables.divide != NULL)
    {
      append_doubles (writer, name, "_divide", tables.divide, stage->n_inputs);
      g_string_append_printf (value, " / %s_divide[i]", name);
    }
  if (tables.multiply != NULL)
    {
      append_doubles (writer, name, "_multiply", tables.multiply, stage->n_inputs);
      g_string_append_printf (value, " * %s_multiply[i]", name);
    }
  if (tables.add != NULL)
    {
      append_doubles (writer, name, "_add", tables.add, stage->n_inputs);
      g_string_append_printf (value, " + %s_add[i]", name);
    }
  write_map (writer, stage, name, value->str);
}

static void
write_choose (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  PymvaChooseTables tables = pymva_stage_choose_get_tables (stage);

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  int chosen = %u;\n"
                        "\n"
                        "  while (chosen > 0 && !(x[chosen - 1] > 0.5))\n"
                        "    chosen--;\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    y[i] = chosen > 0 ? x[%u + (chosen - 1) * %u + i] : ",
                        tables.n_choices, stage->n_outputs, tables.n_choices, stage->n_outputs);
  pymva_c_append_double (writer->text, tables.otherwise);
  pymva_c_writer_print (writer, ";\n}\n");
}

static void
write_clip (PymvaCWriter *writer,
            const PymvaStage *stage,
            const char *name)
{
  PymvaClipTables tables = pymva_stage_clip_get_tables (stage);
  g_autoptr (GString) value = g_string_new (NULL);

  if (tables.minimum != NULL)
    {
      append_doubles (writer, name, "_minimum", tables.minimum, stage->n_inputs);
      g_string_append_printf (value, "x[i] < %s_minimum[i] ? %s_minimum[i] : ", name, name);
    }
  if (tables.maximum != NULL)
    {
      append_doubles (writer, name, "_maximum", tables.maximum, stage->n_inputs);
      g_string_append_printf (value, "x[i] > %s_maximum[i] ? %s_maximum[i] : ", name, name);
    }
  g_string_append (value, "x[i]");
  write_map (writer, stage, name, value->str);
}

static void
write_encode (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  PymvaEncodeTables tables = pymva_stage_encode_get_tables (stage);
  guint n = stage->n_inputs;

  pymva_c_writer_add_helper (writer, "find_rank",
                             "/* The place of x among the categories, of which there may be none, "
                             "or NaN. */\n"
                             "static double\n"
                             "find_rank (const double *categories, int n_categories, double x)\n"
                             "{\n"
                             "  int low = 0;\n"
                             "  int high = n_categories;\n"
                             "\n"
                             "  if (n_categories == 0)\n"
                             "    return x;\n"
                             "  while (low < high)\n"
                             "    {\n"
                             "      const int middle = low + (high - low) / 2;\n"
                             "\n"
                             "      if (categories[middle] < x)\n"
                             "        low = middle + 1;\n"
                             "      else\n"
                             "        high = middle;\n"
                             "    }\n"
                             "\n"
                             "  if (low == n_categories || categories[low] != x)\n"
                             "    return NAN;\n"
                             "  return low;\n"
                             "}\n");
  append_firsts (writer, name, tables.firsts, n);
  append_doubles (writer, name, "_categories", tables.categories, tables.firsts[n]);

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      const int first = %s_firsts[i];\n"
                        "\n"
                        "      y[i] = find_rank (%s_categories + first, %s_firsts[i + 1] - first, "
                        "x[i]);\n"
                        "    }\n"
                        "}\n", n, name, name, name);
}

static void
write_fill (PymvaCWriter *writer,
            const PymvaStage *stage,
            const char *name)
{
  g_autofree char *value = g_strdup_printf ("isnan (x[i]) ? %s_fill[i] : x[i]", name);

  append_doubles (writer, name, "_fill", pymva_stage_fill_get_values (stage), stage->n_inputs);
  write_map (writer, stage, name, value);
}

/* The helper of one of the two formulas. */
static const char *
add_interpolation (PymvaCWriter *writer,
                   gboolean slopes)
{
  const char *name = slopes ? "interpolate_slope" : "interpolate_share";
  g_autofree char *code = g_strdup_printf (
    "/* From the line through the knots, of which there are some, level outside of them. */\n"
    "static double\n"
    "%s (const double *knots, const double *values, int n_knots, double x)\n"
    "{\n"
    "  int low = 0;\n"
    "  int high = n_knots - 1;\n"
    "  double dx;\n"
    "  double dy;\n"
    "\n"
    "  if (isnan (x) || n_knots == 0)\n"
    "    return x;\n"
    "  if (!(x > knots[low]))\n"
    "    return values[low];\n"
    "  if (x >= knots[high])\n"
    "    return values[high];\n"
    "  while (high - low > 1)\n"
    "    {\n"
    "      const int middle = low + (high - low) / 2;\n"
    "\n"
    "      if (x >= knots[middle])\n"
    "        low = middle;\n"
    "      else\n"
    "        high = middle;\n"
    "    }\n"
    "\n"
    "  dx = knots[high] - knots[low];\n"
    "  dy = values[high] - values[low];\n"
    "  return %s;\n"
    "}\n", name,
    slopes ? "dy / dx * (x - knots[low]) + values[low]"
           : "values[low] + (x - knots[low]) / dx * dy");

  pymva_c_writer_add_helper (writer, name, code);
  return name;
}

static void
write_interpolate (PymvaCWriter *writer,
                   const PymvaStage *stage,
                   const char *name)
{
  PymvaInterpolateTables tables = pymva_stage_interpolate_get_tables (stage);
  guint n = stage->n_inputs;
  const char *helper = add_interpolation (writer, tables.slopes);

  append_firsts (writer, name, tables.firsts, n);
  append_doubles (writer, name, "_knots", tables.x, tables.firsts[n]);
  append_doubles (writer, name, "_values", tables.y, tables.firsts[n]);

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      const int first = %s_firsts[i];\n"
                        "\n"
                        "      y[i] = %s (%s_knots + first, %s_values + first, "
                        "%s_firsts[i + 1] - first, x[i]);\n"
                        "    }\n"
                        "}\n", n, name, helper, name, name, name);
}

static void
write_kernel (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  PymvaKernelTables tables = pymva_stage_kernel_get_tables (stage);
  const char *type = tables.is_single ? "float" : "double";
  const char *cast = tables.is_single ? "(float) " : "";
  guint n = stage->n_inputs;

  append_doubles (writer, name, "_vectors", tables.vectors, tables.n_vectors * n);
  append_doubles (writer, name, "_weights", tables.weights, tables.n_vectors);
  pymva_c_writer_print (writer, "static const double %s_gamma = ", name);
  pymva_c_append_double (writer->text, tables.gamma);
  pymva_c_writer_print (writer, ";\n");

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  double sum = 0;\n"
                        "\n"
                        "  for (int k = 0; k < %" G_GSIZE_FORMAT "; k++)\n"
                        "    {\n"
                        "      %s distance = 0;\n"
                        "\n"
                        "      for (int i = 0; i < %u; i++)\n"
                        "        {\n"
                        "          const %s difference = %s%s_vectors[k * %u + i] - %sx[i];\n"
                        "\n"
                        "          distance += difference * difference;\n"
                        "        }\n"
                        "      /* C++ has another function for a float. */\n"
                        "      sum += %s%s_weights[k] * "
                        "%sexp ((double) (-distance * %s%s_gamma));\n"
                        "    }\n"
                        "  y[0] = sum + ",
                        tables.n_vectors, type, n, type, cast, name, n, cast, cast, name, cast,
                        cast, name);
  pymva_c_append_double (writer->text, tables.bias);
  pymva_c_writer_print (writer, ";\n}\n");
}

/* Of "matrix" and "linear": the matrix is written by columns, so that the sums of all rows grow
 * together, each in the order of the columns. */
static void
write_matrix (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  PymvaMatrixTables tables = pymva_stage_matrix_get_tables (stage);
  const char *sums = tables.columns != NULL ? "sums" : "y";

  append_doubles (writer, name, "_matrix", tables.transposed,
                  (gsize) tables.n_rows * tables.n_columns);
  if (tables.columns != NULL)
    append_numbers (writer, name, "_choice", tables.columns, tables.n_columns);
  if (tables.bias != NULL)
    append_doubles (writer, name, "_bias", tables.bias, tables.n_rows);

  pymva_c_writer_begin_stage (writer, name);
  if (tables.columns != NULL)
    pymva_c_writer_print (writer, "  double sums[%u];\n\n", tables.n_rows);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    %s[i] = 0;\n"
                        "  for (int k = 0; k < %u; k++)\n"
                        "    for (int i = 0; i < %u; i++)\n"
                        "      %s[i] += %s_matrix[k * %u + i] * ",
                        tables.n_rows, sums, tables.n_columns, tables.n_rows, sums, name,
                        tables.n_rows);
  if (tables.columns != NULL)
    pymva_c_writer_print (writer,
                          "x[%s_choice[k]];\n"
                          "  for (int i = 0; i < %u; i++)\n"
                          "    y[i] = x[i];\n"
                          "  for (int i = 0; i < %u; i++)\n"
                          "    y[%s_choice[i]] = sums[i];\n",
                          name, stage->n_inputs, tables.n_rows, name);
  else
    pymva_c_writer_print (writer, "x[k];\n");
  if (tables.bias != NULL)
    pymva_c_writer_print (writer,
                          "  for (int i = 0; i < %u; i++)\n"
                          "    y[i] += %s_bias[i];\n", tables.n_rows, name);
  pymva_c_writer_print (writer, "}\n");
}

static void
write_mean (PymvaCWriter *writer,
            const PymvaStage *stage,
            const char *name)
{
  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      y[i] = x[i];\n"
                        "      for (int k = i + %u; k < %u; k += %u)\n"
                        "        y[i] += x[k];\n"
                        "      y[i] /= %u;\n"
                        "    }\n"
                        "}\n",
                        stage->n_outputs, stage->n_outputs, stage->n_inputs, stage->n_outputs,
                        stage->n_inputs / stage->n_outputs);
}

static void
write_product (PymvaCWriter *writer,
               const PymvaStage *stage,
               const char *name)
{
  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  y[0] = 1;\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    y[0] *= x[i];\n"
                        "}\n", stage->n_inputs);
}

static void
write_select (PymvaCWriter *writer,
              const PymvaStage *stage,
              const char *name)
{
  g_autofree char *value = g_strdup_printf ("x[%s_choice[i]]", name);

  append_numbers (writer, name, "_choice", pymva_stage_select_get_columns (stage),
                  stage->n_outputs);
  write_map (writer, stage, name, value);
}

static const char sorting[] =
  "/* A number and its weight. */\n"
  "typedef struct\n"
  "{\n"
  "  double value;\n"
  "  double weight;\n"
  "} share;\n"
  "\n"
  "/* Merges two sorted lists; of equal numbers those to the left come first, and NaN is last. */\n"
  "static void\n"
  "merge_shares (const share *left, int n_left, const share *right, int n_right, share *merged)\n"
  "{\n"
  "  while (n_left > 0 && n_right > 0)\n"
  "    if (right->value < left->value ||\n"
  "        (left->value != left->value && right->value == right->value))\n"
  "      {\n"
  "        *merged++ = *right++;\n"
  "        n_right--;\n"
  "      }\n"
  "    else\n"
  "      {\n"
  "        *merged++ = *left++;\n"
  "        n_left--;\n"
  "      }\n"
  "  while (n_left-- > 0)\n"
  "    *merged++ = *left++;\n"
  "  while (n_right-- > 0)\n"
  "    *merged++ = *right++;\n"
  "}\n"
  "\n"
  "/* Sorts; the result lies where the function says, in one of the two. */\n"
  "static share *\n"
  "sort_shares (share *shares, share *spare, int n)\n"
  "{\n"
  "  for (int length = 1; length < n; length *= 2)\n"
  "    {\n"
  "      share *merged = spare;\n"
  "\n"
  "      for (int first = 0; first < n; first += 2 * length)\n"
  "        {\n"
  "          const int middle = first + length < n ? first + length : n;\n"
  "          const int last = middle + length < n ? middle + length : n;\n"
  "\n"
  "          merge_shares (shares + first, middle - first, shares + middle, last - middle,\n"
  "                        merged + first);\n"
  "        }\n"
  "      spare = shares;\n"
  "      shares = merged;\n"
  "    }\n"
  "\n"
  "  return shares;\n"
  "}\n";

static const char finding_median[] =
  "/* The first number where the weights so far are half of all. */\n"
  "static double\n"
  "find_median (share *shares, int n)\n"
  "{\n"
  "  int median = 0;\n"
  "\n"
  "  for (int i = 1; i < n; i++)\n"
  "    shares[i].weight += shares[i - 1].weight;\n"
  "  while (median < n - 1 && shares[median].weight < 0.5 * shares[n - 1].weight)\n"
  "    median++;\n"
  "\n"
  "  return shares[median].value;\n"
  "}\n";

static const char finding_mean[] =
  "/* The mean of the numbers around the first where the weights are more than half of all. */\n"
  "static double\n"
  "find_mean (const share *shares, int n, double all, int reach)\n"
  "{\n"
  "  double weight = 0;\n"
  "  double sum = 0;\n"
  "  int end = 0;\n"
  "  int first;\n"
  "  int last;\n"
  "\n"
  "  while (end < n && weight <= all / 2)\n"
  "    weight += shares[end++].weight;\n"
  "  first = end - reach - 1 > 0 ? end - reach - 1 : 0;\n"
  "  last = end + reach < n ? end + reach : n;\n"
  "  for (int i = first; i < last; i++)\n"
  "    sum += shares[i].value;\n"
  "\n"
  "  return sum / (last - first);\n"
  "}\n";

static void
write_weighted_median (PymvaCWriter *writer,
                       const PymvaStage *stage,
                       const char *name)
{
  PymvaWeightedMedianTables tables = pymva_stage_weighted_median_get_tables (stage);
  guint n = stage->n_inputs;

  pymva_c_writer_add_helper (writer, "sort_shares", sorting);
  if (tables.reach < 0)
    pymva_c_writer_add_helper (writer, "find_median", finding_median);
  else
    pymva_c_writer_add_helper (writer, "find_mean", finding_mean);
  append_doubles (writer, name, "_weights", tables.weights, n);

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer,
                        "  share memory[2][%u];\n"
                        "  share *shares;\n"
                        "\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      memory[0][i].value = x[i];\n"
                        "      memory[0][i].weight = %s_weights[i];\n"
                        "    }\n"
                        "  shares = sort_shares (memory[0], memory[1], %u);\n"
                        "  y[0] = ", n, n, name, n);
  if (tables.reach < 0)
    pymva_c_writer_print (writer, "find_median (shares, %u);\n}\n", n);
  else
    {
      pymva_c_writer_print (writer, "find_mean (shares, %u, ", n);
      pymva_c_append_double (writer->text, tables.sum);
      pymva_c_writer_print (writer, ", %" G_GINT64_FORMAT ");\n}\n", tables.reach);
    }
}

/* --- all of them --- */

static const struct
{
  const PymvaStageClass *klass;
  PymvaCStageFunc write;
} writers[] = {
  { &pymva_stage_affine_class, write_affine },
  { &pymva_stage_choose_class, write_choose },
  { &pymva_stage_clip_class, write_clip },
  { &pymva_stage_encode_class, write_encode },
  { &pymva_stage_expression_class, pymva_c_write_expressions },
  { &pymva_stage_fill_class, write_fill },
  { &pymva_stage_forest_class, pymva_c_write_forest },
  { &pymva_stage_interpolate_class, write_interpolate },
  { &pymva_stage_kernel_class, write_kernel },
  { &pymva_stage_linear_class, write_matrix },
  { &pymva_stage_link_class, pymva_c_write_link },
  { &pymva_stage_matrix_class, write_matrix },
  { &pymva_stage_mean_class, write_mean },
  { &pymva_stage_mlp_class, pymva_c_write_mlp },
  { &pymva_stage_mlp_double_class, pymva_c_write_mlp_double },
  { &pymva_stage_product_class, write_product },
  { &pymva_stage_select_class, write_select },
  { &pymva_stage_weighted_median_class, write_weighted_median },
};

void
pymva_c_write_stage (PymvaCWriter *writer,
                     const PymvaStage *stage,
                     const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    if (writers[i].klass == stage->klass)
      {
        writers[i].write (writer, stage, name);
        return;
      }

  writer->lacks = stage->klass->kind;
}
