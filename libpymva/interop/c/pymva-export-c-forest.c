/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-export-c-private.h"

/* The stage "forest" as C: tables of nodes, and a loop that walks from one to the next. Code with a
 * comparison for each node would be as fast at best, and take compilers minutes. */

/* What the nodes of a forest need. */
typedef struct
{
  const PymvaForestTables *tables;
  const char *name;
  /* All bits of the table “missing”, and whether there are sets. */
  guint missing;
  gboolean has_sets;
  /* What rows are compared as. */
  const char *type;
} Forest;

static Forest
look_at_nodes (const PymvaForestTables *tables,
               const char *name)
{
  Forest self = { tables, name };

  self.type = tables->floats != NULL ? "float" : "double";
  for (guint32 node = 0; node < tables->n_nodes; node++)
    if (tables->children[node] >= 0)
      {
        self.missing |= pymva_forest_tables_get_missing (tables, node);
        self.has_sets |= pymva_forest_node_is_set (tables, node);
      }

  return self;
}

/* --- tables --- */

static void
append_node (GString *text,
             const Forest *self,
             guint32 node)
{
  const PymvaForestTables *tables = self->tables;
  gboolean is_leaf = tables->children[node] < 0;
  gboolean is_set = !is_leaf && pymva_forest_node_is_set (tables, node);

  g_string_append_printf (text, "{ %d, %d, ", tables->children[node],
                          is_leaf ? 0 : tables->features[node]);
  /* What nobody compares may be any number, or none. */
  if (is_leaf || is_set)
    g_string_append_c (text, '0');
  else if (tables->floats != NULL)
    pymva_c_append_float (text, tables->floats[node]);
  else
    pymva_c_append_double (text, tables->doubles[node]);

  if (self->missing != 0)
    g_string_append_printf (text, ", %u",
                            is_leaf ? 0 : pymva_forest_tables_get_missing (tables, node));
  if (self->has_sets)
    g_string_append_printf (text, ", %d", is_set ? tables->sets[node] : -1);
  g_string_append (text, " }");
}

static void
write_nodes (PymvaCWriter *writer,
             const Forest *self)
{
  gsize line = 0;

  pymva_c_writer_print (writer,
                        "/* The nodes of all trees. Of a split, the child to the left, counted\n"
                        " * from the root of its tree; the next node is the child to the right.\n"
                        " * Of a leaf, -1 - the row of its values. */\n"
                        "typedef struct\n"
                        "{\n"
                        "  int child;\n"
                        "  int feature;\n"
                        "  %s threshold;\n", self->type);
  if (self->missing != 0)
    pymva_c_writer_print (writer, "  int missing;\n");
  if (self->has_sets)
    pymva_c_writer_print (writer, "  int set;\n");
  pymva_c_writer_print (writer, "} %s_node;\n\nstatic const %s_node %s_nodes[] = {", self->name,
                        self->name, self->name);

  for (guint32 node = 0; node < self->tables->n_nodes; node++)
    {
      pymva_c_append_separator (writer->text, node, &line);
      append_node (writer->text, self, node);
    }
  pymva_c_writer_print (writer, "\n};\n");
}

/* Where each tree begins. */
static void
write_roots (PymvaCWriter *writer,
             const Forest *self)
{
  g_autofree gint32 *roots = g_new (gint32, self->tables->n_trees);
  g_autofree char *name = g_strconcat (self->name, "_roots", NULL);
  gint32 root = 0;

  for (guint32 tree = 0; tree < self->tables->n_trees; tree++)
    {
      roots[tree] = root;
      root += self->tables->node_counts[tree];
    }
  pymva_c_append_ints (writer->text, name, roots, self->tables->n_trees);
}

/* Numbers in the type that they are added in. */
static void
write_numbers (PymvaCWriter *writer,
               const Forest *self,
               const char *suffix,
               const double *values,
               gsize n_values)
{
  g_autofree char *name = g_strconcat (self->name, suffix, NULL);

  if (values == NULL)
    return;
  if (self->tables->sums_are_floats)
    pymva_c_append_rounded (writer->text, name, values, n_values);
  else
    pymva_c_append_doubles (writer->text, name, values, n_values);
}

static guint32
count_sets (const PymvaForestTables *tables)
{
  gint32 last = -1;

  for (guint32 node = 0; node < tables->n_nodes; node++)
    last = MAX (last, tables->sets[node]);

  return last + 1;
}

static void
write_tables (PymvaCWriter *writer,
              const Forest *self)
{
  const PymvaForestTables *tables = self->tables;

  write_nodes (writer, self);
  write_roots (writer, self);
  write_numbers (writer, self, "_leaves", tables->values,
                 (gsize) tables->n_values * tables->n_value_columns);
  write_numbers (writer, self, "_base", tables->base, tables->n_outputs);
  if (tables->tree_outputs != NULL)
    {
      g_autofree char *name = g_strconcat (self->name, "_tree_outputs", NULL);

      pymva_c_append_ints (writer->text, name, tables->tree_outputs, tables->n_trees);
    }
  if (self->has_sets)
    {
      g_autofree char *offsets = g_strconcat (self->name, "_set_offsets", NULL);
      g_autofree char *words = g_strconcat (self->name, "_set_words", NULL);
      guint32 n_sets = count_sets (tables);

      pymva_c_append_ints (writer->text, offsets, tables->set_offsets, n_sets + 1);
      pymva_c_append_words (writer->text, words, tables->set_words, tables->set_offsets[n_sets]);
    }
}

/* --- code --- */

/* The function that says whether a number is not in a node's set. */
static void
write_set_function (PymvaCWriter *writer,
                    const Forest *self)
{
  const char *missing = "isnan (x)";

  pymva_c_writer_print (writer,
                        "\n/* Whether the category x is not in the set of the node. */\n"
                        "static int\n"
                        "%s_misses (const %s_node *node, double x)\n"
                        "{\n"
                        "  const int first = %s_set_offsets[node->set];\n"
                        "  const int n_words = %s_set_offsets[node->set + 1] - first;\n"
                        "  unsigned int category;\n"
                        "\n", self->name, self->name, self->name, self->name);

  if ((self->missing & PYMVA_FOREST_BEYOND_IS_MISSING) != 0)
    missing = "(isnan (x) || (node->missing & 8) != 0)";
  pymva_c_writer_print (writer, "  if (n_words == 0 || !(x < 32.0 * n_words) || %s)\n",
                        (self->missing & PYMVA_FOREST_TRUNCATES) != 0
                          ? "((node->missing & 16) != 0 ? !(x > -1) : !(x >= 0))"
                          : "!(x >= 0)");
  if ((self->missing & PYMVA_FOREST_MISSING_LEFT) != 0)
    pymva_c_writer_print (writer, "    return !(%s && (node->missing & 1) != 0);\n", missing);
  else
    pymva_c_writer_print (writer, "    return 1;\n");

  pymva_c_writer_print (writer,
                        "\n"
                        "  category = (unsigned int) x;\n");
  if ((self->missing & PYMVA_FOREST_WHOLE) != 0)
    pymva_c_writer_print (writer,
                          "  if ((node->missing & 32) != 0 && x != category)\n"
                          "    return 1;\n");
  pymva_c_writer_print (writer,
                        "  return !((%s_set_words[first + (int) (category / 32)] >> "
                        "(category %% 32)) & 1);\n"
                        "}\n", self->name);
}

/* The function that says whether a row goes right: only with the rules that there are. */
static void
write_turn_function (PymvaCWriter *writer,
                     const Forest *self)
{
  const char *left = (self->missing & PYMVA_FOREST_MISSING_LEFT) != 0
                       ? "(node->missing & 1) == 0" : "1";
  const char *suffix = self->tables->floats != NULL ? "f" : "";

  if (self->has_sets)
    write_set_function (writer, self);

  pymva_c_writer_print (writer,
                        "\n/* Whether the number x goes right at the node. */\n"
                        "static int\n"
                        "%s_turns (const %s_node *node, %s x)\n"
                        "{\n", self->name, self->name, self->type);
  if ((self->missing & PYMVA_FOREST_SMALL_IS_MISSING) != 0)
    pymva_c_writer_print (writer,
                          "  /* As float32, what counts as zero. */\n"
                          "  const %s small = 1e-35f;\n"
                          "\n"
                          "  if ((node->missing & 4) != 0 && fabs%s (x) <= small)\n"
                          "    x = NAN;\n", self->type, suffix);
  if ((self->missing & PYMVA_FOREST_NAN_IS_ZERO) != 0)
    pymva_c_writer_print (writer,
                          "  if ((node->missing & %u) == 2 && isnan (x))\n"
                          "    x = 0;\n",
                          PYMVA_FOREST_SMALL_IS_MISSING | PYMVA_FOREST_NAN_IS_ZERO);
  if (self->has_sets)
    pymva_c_writer_print (writer,
                          "  if (node->set >= 0)\n"
                          "    return %s_misses (node, x);\n", self->name);
  pymva_c_writer_print (writer,
                        "  if (isnan (x))\n"
                        "    return %s;\n"
                        "\n"
                        "  return !(x <= node->threshold);\n"
                        "}\n", left);
}

/* The row as float32, where it is compared so. */
static void
write_rounding (PymvaCWriter *writer,
                const Forest *self)
{
  pymva_c_writer_print (writer,
                        "  float row[%u];\n"
                        "\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    row[i] = (float) x[i];\n",
                        self->tables->n_inputs, self->tables->n_inputs);
}

/* What the walk ends in: adding the leaf, whose row of values is ~node->child. */
static void
write_addition (PymvaCWriter *writer,
                const Forest *self,
                const char *sums)
{
  guint32 n = self->tables->n_value_columns;

  if (self->tables->tree_outputs != NULL)
    pymva_c_writer_print (writer, "      %s[%s_tree_outputs[i]] += %s_leaves[-1 - node->child];\n",
                          sums, self->name, self->name);
  else if (n == 1)
    pymva_c_writer_print (writer, "      %s[0] += %s_leaves[-1 - node->child];\n", sums,
                          self->name);
  else
    pymva_c_writer_print (writer,
                          "      for (int k = 0; k < %u; k++)\n"
                          "        %s[k] += %s_leaves[(-1 - node->child) * %u + k];\n",
                          n, sums, self->name, n);
}

/* The start of the sums, and what becomes of them. */
static void
write_start (PymvaCWriter *writer,
             const Forest *self,
             const char *sums)
{
  pymva_c_writer_print (writer,
                        "  for (int k = 0; k < %u; k++)\n"
                        "    %s[k] = ", self->tables->n_outputs, sums);
  if (self->tables->base != NULL)
    pymva_c_writer_print (writer, "%s_base[k];\n", self->name);
  else
    pymva_c_writer_print (writer, "0;\n");
}

static void
write_end (PymvaCWriter *writer,
           const Forest *self,
           const char *sums)
{
  const PymvaForestTables *tables = self->tables;
  gint64 divisor = tables->averages ? tables->divisor : 0;

  if (divisor == 0 && !tables->sums_are_floats)
    return;

  pymva_c_writer_print (writer,
                        "\n"
                        "  for (int k = 0; k < %u; k++)\n"
                        "    y[k] = %s[k]", tables->n_outputs, sums);
  if (divisor != 0)
    pymva_c_writer_print (writer, " / %" G_GINT64_FORMAT "%s", divisor,
                          tables->sums_are_floats ? ".0f" : ".0");
  pymva_c_writer_print (writer, ";\n");
}

void
pymva_c_write_forest (PymvaCWriter *writer,
                      const PymvaStage *stage,
                      const char *name)
{
  const Forest self = look_at_nodes (pymva_stage_forest_get_tables (stage), name);
  const PymvaForestTables *tables = self.tables;
  const char *sums = tables->sums_are_floats ? "sums" : "y";
  const char *row = tables->floats != NULL ? "row" : "x";
  gboolean has_rules = self.missing != 0 || self.has_sets;

  write_tables (writer, &self);
  if (has_rules)
    write_turn_function (writer, &self);

  pymva_c_writer_begin_stage (writer, name);
  if (tables->sums_are_floats)
    pymva_c_writer_print (writer, "  float sums[%u];\n", tables->n_outputs);
  if (tables->floats != NULL)
    write_rounding (writer, &self);
  write_start (writer, &self, sums);

  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    {\n"
                        "      const %s_node *root = %s_nodes + %s_roots[i];\n"
                        "      const %s_node *node = root;\n"
                        "\n"
                        "      while (node->child >= 0)\n",
                        tables->n_trees, name, name, name, name);
  if (has_rules)
    pymva_c_writer_print (writer,
                          "        node = root + node->child + %s_turns (node, "
                          "%s[node->feature]);\n", name, row);
  else
    pymva_c_writer_print (writer,
                          "        node = root + node->child + !(%s[node->feature] <= "
                          "node->threshold);\n", row);
  write_addition (writer, &self, sums);
  pymva_c_writer_print (writer, "    }\n");
  write_end (writer, &self, sums);
  pymva_c_writer_print (writer, "}\n");
}
