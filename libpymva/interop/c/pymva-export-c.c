/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-export-c-private.h"

/* The format "c": a source file and its header. */

/* What a prediction may need of the stack, which may be small. */
#define MOST_STACK_BYTES (1024 * 1024)

typedef struct
{
  PymvaExport *export;
  /* What the names begin with, and the macros. */
  char *prefix;
  char *macro;
  char *title;
  char **outputs;
  /* The columns that the variables are made of, without repetition, and the expressions. */
  GPtrArray *columns;     /* of char * */
  GPtrArray *expressions; /* of PymvaExpression */
  PymvaCWriter writer;
} Exporter;

/* --- the writer --- */

void
pymva_c_writer_print (PymvaCWriter *self,
                      const char *format,
                      ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (self->text, format, arguments);
  va_end (arguments);
}

void
pymva_c_writer_add_helper (PymvaCWriter *self,
                           const char *name,
                           const char *code)
{
  if (g_hash_table_add (self->helpers, g_strdup (name)))
    pymva_c_writer_print (self, "\n%s", code);
}

void
pymva_c_writer_begin_stage (PymvaCWriter *self,
                            const char *name)
{
  pymva_c_writer_print (self,
                        "\n"
                        "static void\n"
                        "%s (const double *x, double *y)\n"
                        "{\n", name);
}

/* --- what the files are about --- */

static gboolean
is_identifier (const char *name)
{
  if (!g_ascii_isalpha (*name))
    return FALSE;
  while (g_ascii_isalnum (*name) || *name == '_')
    name++;

  return *name == '\0';
}

/* The base of the file's name without its suffix: “scores” for “/tmp/scores.c”. */
static char *
make_stem (GFile *file)
{
  char *name = g_file_get_basename (file);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

/* The option “name”, or an identifier that resembles the name of the file. */
static char *
make_prefix (const PymvaExport *export,
             GError **error)
{
  g_autofree char *stem = NULL;
  const char *name;

  if (g_variant_lookup (export->options, "name", "&s", &name))
    {
      if (is_identifier (name))
        return g_strdup (name);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “name” is “%s”; it must begin with a letter, and consist of "
                   "letters of the English alphabet, digits and “_”", name);
      return NULL;
    }

  stem = make_stem (export->file);
  for (char *c = stem; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      *c = '_';
  return is_identifier (stem) ? g_steal_pointer (&stem) : g_strconcat ("model_", stem, NULL);
}

/* Reads the variables' expressions, and collects the columns that they name. */
static gboolean
read_expressions (Exporter *self,
                  GError **error)
{
  const GArray *variables = self->export->model->manifest->variables;

  for (guint i = 0; i < variables->len; i++)
    {
      const PymvaManifestVariable *variable =
        &g_array_index (variables, PymvaManifestVariable, i);
      PymvaExpression *expression = pymva_expression_new (variable->expression, error);
      const char * const *names;

      if (expression == NULL)
        {
          g_prefix_error (error, "the variable “%s”: ", variable->name);
          return FALSE;
        }
      g_ptr_array_add (self->expressions, expression);
      for (names = pymva_expression_list_names (expression); *names != NULL; names++)
        if (!g_ptr_array_find_with_equal_func (self->columns, *names, g_str_equal, NULL))
          g_ptr_array_add (self->columns, g_strdup (*names));
    }

  return TRUE;
}

/* The names of the outputs; the model may have none. */
static char **
make_output_names (PymvaModel *model)
{
  gboolean is_regression = model->manifest->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  char **names = is_regression ? model->manifest->targets : model->manifest->classes;
  guint n_names = names != NULL ? g_strv_length (names) : 0;
  char **made = g_new0 (char *, model->n_outputs + 1);

  for (guint i = 0; i < model->n_outputs; i++)
    made[i] = i < n_names ? g_strdup (names[i]) : g_strdup_printf ("output%u", i);

  return made;
}

/* --- the variables --- */

static void
write_variables (Exporter *self)
{
  PymvaCWriter *writer = &self->writer;

  for (guint i = 0; i < self->expressions->len; i++)
    pymva_c_write_expression_helpers (writer, g_ptr_array_index (self->expressions, i));

  pymva_c_writer_print (writer,
                        "\n"
                        "void\n"
                        "%s_compute_doubles (const double *columns, double *variables)\n"
                        "{\n", self->prefix);
  if (self->columns->len == 0)
    pymva_c_writer_print (writer, "  (void) columns;\n");
  for (guint i = 0; i < self->expressions->len; i++)
    {
      PymvaExpression *expression = g_ptr_array_index (self->expressions, i);
      const char * const *names = pymva_expression_list_names (expression);
      g_autofree guint *positions = g_new0 (guint, g_strv_length ((char **) names) + 1);
      g_autofree char *target = g_strdup_printf ("variables[%u]", i);

      for (guint k = 0; names[k] != NULL; k++)
        g_ptr_array_find_with_equal_func (self->columns, names[k], g_str_equal, &positions[k]);
      pymva_c_write_expression (writer, expression, "columns", positions, target);
    }
  pymva_c_writer_print (writer, "}\n");

  pymva_c_writer_print (writer,
                        "\n"
                        "void\n"
                        "%s_compute_variables (const double *columns, float *variables)\n"
                        "{\n"
                        "  double values[%u];\n"
                        "\n"
                        "  %s_compute_doubles (columns, values);\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    variables[i] = (float) values[i];\n"
                        "}\n",
                        self->prefix, self->expressions->len, self->prefix,
                        self->expressions->len);
}

/* --- the stages --- */

/* The array that holds what a stage gives, or the variables. */
static char *
name_columns (int input)
{
  return input == PYMVA_GRAPH_VARIABLES ? g_strdup ("variables")
                                        : g_strdup_printf ("columns_%d", input);
}

/* Puts the columns of several stages side by side, and calls a stage. */
static void
write_call (PymvaCWriter *writer,
            const PymvaGraph *graph,
            guint number)
{
  PymvaGraphStage stage = pymva_graph_get_stage (graph, number);
  g_autofree char *input = name_columns (stage.inputs[0]);
  guint first = 0;

  if (stage.n_inputs > 1)
    {
      g_free (input);
      input = g_strdup_printf ("joined_%u", number);
    }
  for (guint i = 0; stage.n_inputs > 1 && i < stage.n_inputs; i++)
    {
      g_autofree char *part = name_columns (stage.inputs[i]);
      guint width = pymva_graph_get_width (graph, stage.inputs[i]);

      pymva_c_writer_print (writer,
                            "  for (int i = 0; i < %u; i++)\n"
                            "    %s[%u + i] = %s[i];\n", width, input, first, part);
      first += width;
    }

  pymva_c_writer_print (writer, "  stage_%u (%s, columns_%u);\n", number, input, number);
  if (stage.rounds)
    pymva_c_writer_print (writer,
                          "  for (int i = 0; i < %u; i++)\n"
                          "    columns_%u[i] = (float) columns_%u[i];\n",
                          stage.stage->n_outputs, number, number);
}

static void
write_predict (Exporter *self)
{
  PymvaCWriter *writer = &self->writer;
  const PymvaGraph *graph = self->export->graph;
  guint n_stages = pymva_graph_get_n_stages (graph);
  guint n_variables = pymva_graph_get_n_variables (graph);

  pymva_c_writer_print (writer,
                        "\n"
                        "void\n"
                        "%s_predict_double (const double *variables, float *outputs)\n"
                        "{\n", self->prefix);
  for (guint i = 0; i < n_stages; i++)
    {
      PymvaGraphStage stage = pymva_graph_get_stage (graph, i);

      if (stage.n_inputs > 1)
        pymva_c_writer_print (writer, "  double joined_%u[%u];\n", i, stage.stage->n_inputs);
      pymva_c_writer_print (writer, "  double columns_%u[%u];\n", i, stage.stage->n_outputs);
    }
  pymva_c_writer_print (writer, "\n");
  for (guint i = 0; i < n_stages; i++)
    write_call (writer, graph, i);
  pymva_c_writer_print (writer,
                        "  for (int i = 0; i < %u; i++)\n"
                        "    outputs[i] = (float) columns_%u[i];\n"
                        "}\n", pymva_graph_get_n_outputs (graph), n_stages - 1);

  pymva_c_writer_print (writer,
                        "\n"
                        "void\n"
                        "%s_predict (const float *variables, float *outputs)\n"
                        "{\n"
                        "  double values[%u];\n"
                        "\n"
                        "  for (int i = 0; i < %u; i++)\n"
                        "    values[i] = variables[i];\n"
                        "  %s_predict_double (values, outputs);\n"
                        "}\n", self->prefix, n_variables, n_variables, self->prefix);
}

/* The arrays of all stages lie on the stack together, and those of one function on top. */
static gboolean
check_stack (const PymvaGraph *graph,
             GError **error)
{
  gsize n_columns = pymva_graph_get_n_variables (graph);
  gsize n_bytes = 0;

  for (guint i = 0; i < pymva_graph_get_n_stages (graph); i++)
    {
      const PymvaStage *stage = pymva_graph_get_stage (graph, i).stage;
      gsize n_own = 2 * ((gsize) stage->n_inputs + stage->n_outputs) * sizeof (double);

      n_columns += (gsize) stage->n_inputs + stage->n_outputs;
      n_bytes = MAX (n_bytes, n_own + stage->row_scratch);
    }

  n_bytes += n_columns * sizeof (double);
  if (n_bytes <= MOST_STACK_BYTES)
    return TRUE;
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its stages would need about %" G_GSIZE_FORMAT " bytes of the stack, and the format "
               "“c” allows %d", n_bytes, MOST_STACK_BYTES);
  return FALSE;
}

static gboolean
write_stages (Exporter *self,
              GError **error)
{
  const PymvaGraph *graph = self->export->graph;

  for (guint i = 0; i < pymva_graph_get_n_stages (graph); i++)
    {
      PymvaGraphStage stage = pymva_graph_get_stage (graph, i);
      g_autofree char *name = g_strdup_printf ("stage_%u", i);

      pymva_c_writer_print (&self->writer, "\n/* --- stage %u: %s --- */\n\n", i,
                            stage.stage->klass->kind);
      pymva_c_write_stage (&self->writer, stage.stage, name);
      if (self->writer.lacks != NULL)
        {
          g_autofree char *reason =
            g_strdup_printf (" cannot be written in C: “%s”", self->writer.lacks);

          pymva_export_refuse_stage (stage.stage, i, reason, error);
          return FALSE;
        }
    }

  return TRUE;
}

/* --- the source file --- */

static void
write_introduction (const Exporter *self,
                    GString *text,
                    const char *suffix)
{
  g_string_append_printf (text, "/* %s%s: the model “", self->prefix, suffix);
  pymva_c_append_comment (text, self->title);
  g_string_append_printf (text,
                          "”, written by libpymva " PACKAGE_VERSION ".\n"
                          " * SHA-256 of its file: %s */\n",
                          pymva_model_get_sha256 (self->export->model));
}

static void
write_names (GString *text,
             const char *prefix,
             const char *what,
             char **names,
             gsize n_names)
{
  g_string_append_printf (text, "\nconst char *const %s_%s[] = {\n", prefix, what);
  for (gsize i = 0; i < n_names; i++)
    {
      g_string_append (text, "  ");
      pymva_c_append_string (text, names[i]);
      g_string_append (text, ",\n");
    }
  g_string_append (text, "  NULL\n};\n");
}

static gboolean
write_source (Exporter *self,
              const char *header_name,
              GError **error)
{
  GString *text = self->writer.text;
  PymvaModel *model = self->export->model;
  g_auto (GStrv) variables = pymva_model_list_variables (model);

  write_introduction (self, text, ".c");
  g_string_append (text,
                   "\n"
                   "#if defined(__FAST_MATH__)\n"
                   "#error \"Compile this file without -ffast-math: it tells missing values from "
                   "numbers.\"\n"
                   "#endif\n"
                   "#if defined(__clang__)\n"
                   "#pragma STDC FP_CONTRACT OFF\n"
                   "#endif\n"
                   "\n"
                   "#include <math.h>\n"
                   "#include <stddef.h>\n"
                   "\n");
  g_string_append (text, "#include ");
  pymva_c_append_string (text, header_name);
  g_string_append_c (text, '\n');

  write_names (text, self->prefix, "columns", (char **) self->columns->pdata, self->columns->len);
  write_names (text, self->prefix, "variables", variables, g_strv_length (variables));
  write_names (text, self->prefix, "outputs", self->outputs, model->n_outputs);
  write_variables (self);
  if (!write_stages (self, error))
    return FALSE;

  write_predict (self);
  pymva_c_write_main (&self->writer, model, self->outputs, self->prefix, self->macro);
  return TRUE;
}

/* --- the header --- */

/* A list of names in a comment, by number. */
static void
write_name_list (GString *text,
                 const char *title,
                 char **names,
                 gsize n_names)
{
  g_string_append_printf (text, " *\n * %s:\n", title);
  for (gsize i = 0; i < n_names; i++)
    {
      g_string_append_printf (text, " * %" G_GSIZE_FORMAT "  ", i);
      pymva_c_append_comment (text, names[i]);
      g_string_append_c (text, '\n');
    }
}

static void
write_description (const Exporter *self,
                   GString *text)
{
  const PymvaManifest *manifest = self->export->model->manifest;
  g_auto (GStrv) variables = pymva_model_list_variables (self->export->model);
  g_autofree char *title = g_strdup_printf ("Outputs (%s)", manifest->outputs);
  guint n_variables = g_strv_length (variables);

  g_string_append (text,
                   "\n"
                   "/* All functions may be called by any number of threads at once. They\n"
                   " * allocate nothing, and keep nothing between calls. Compiled with\n"
                   " * -ffp-contract=off, forests give the same bits as in libpymva. Missing\n"
                   " * values are NaN.\n");
  write_name_list (text, "Columns", (char **) self->columns->pdata, self->columns->len);
  g_string_append (text, " *\n * Variables, and how they are made of the columns:\n");
  for (guint i = 0; i < n_variables; i++)
    {
      g_string_append_printf (text, " * %u  ", i);
      pymva_c_append_comment (text, variables[i]);
      g_string_append (text, " := ");
      pymva_c_append_comment (text,
                              g_array_index (manifest->variables, PymvaManifestVariable, i)
                                .expression);
      g_string_append_c (text, '\n');
    }
  write_name_list (text, title, self->outputs, self->export->model->n_outputs);
  if (manifest->classes != NULL && *manifest->classes != NULL)
    write_name_list (text, "Classes, the signal first", manifest->classes,
                     g_strv_length (manifest->classes));
  g_string_append (text, " */\n");
}

/* What stands in the header below the comments; @name@ and @NAME@ as in the program. */
static const char prototypes[] =
  "\n"
  "#ifdef __cplusplus\n"
  "extern \"C\" {\n"
  "#endif\n"
  "\n"
  "/* The names by number; NULL follows the last one. */\n"
  "extern const char *const @name@_columns[];\n"
  "extern const char *const @name@_variables[];\n"
  "extern const char *const @name@_outputs[];\n"
  "\n"
  "/* Makes the variables of the columns, as for the training: in float64, rounded to\n"
  " * float32 at the end. */\n"
  "void @name@_compute_variables (const double *columns, float *variables);\n"
  "/* The same without rounding. */\n"
  "void @name@_compute_doubles (const double *columns, double *variables);\n"
  "\n"
  "/* Computes the outputs for the variables of one event. */\n"
  "void @name@_predict (const float *variables, float *outputs);\n"
  "/* The same for variables that have not been rounded to float32: a model whose\n"
  " * framework compares float64 numbers does so. */\n"
  "void @name@_predict_double (const double *variables, float *outputs);\n"
  "\n"
  "#ifdef __cplusplus\n"
  "}\n"
  "#endif\n"
  "\n"
  "#endif\n";

static void
write_header (const Exporter *self,
              GString *text)
{
  g_autoptr (GString) rest = g_string_new (prototypes);

  write_introduction (self, text, ".h");
  g_string_append_printf (text,
                          "\n"
                          "#ifndef %s_H\n"
                          "#define %s_H\n", self->macro, self->macro);
  write_description (self, text);
  g_string_append_printf (text,
                          "\n"
                          "#define %s_SHA256 \"%s\"\n"
                          "#define %s_N_COLUMNS %u\n"
                          "#define %s_N_VARIABLES %u\n"
                          "#define %s_N_OUTPUTS %u\n",
                          self->macro, pymva_model_get_sha256 (self->export->model),
                          self->macro, self->columns->len,
                          self->macro, self->export->model->n_variables,
                          self->macro, self->export->model->n_outputs);
  g_string_replace (rest, "@name@", self->prefix, 0);
  g_string_append_len (text, rest->str, rest->len);
}

/* --- both --- */

/* The header lies beside the source file. */
static GFile *
make_header_file (GFile *source,
                  char **name,
                  GError **error)
{
  g_autofree char *stem = make_stem (source);
  g_autofree char *source_name = g_file_get_basename (source);
  g_autoptr (GFile) folder = g_file_get_parent (source);

  *name = g_strconcat (stem, ".h", NULL);
  if (folder != NULL && !g_str_equal (*name, source_name))
    return g_file_get_child (folder, *name);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "the source file cannot be called “%s”, as its header is: let its name end in “.c”",
               source_name);
  return NULL;
}

static void
add_text (PymvaExport *export,
          GFile *file,
          GString *text)
{
  g_autoptr (GBytes) content = g_bytes_new (text->str, text->len);

  pymva_export_add_file (export, file, content);
}

static gboolean
write_files (Exporter *self,
             GError **error)
{
  g_autoptr (GString) header = g_string_new (NULL);
  g_autofree char *header_name = NULL;
  g_autoptr (GFile) header_file = make_header_file (self->export->file, &header_name, error);

  if (header_file == NULL || !check_stack (self->export->graph, error) ||
      !read_expressions (self, error) ||
      !write_source (self, header_name, error))
    return FALSE;

  write_header (self, header);
  add_text (self->export, header_file, header);
  add_text (self->export, self->export->file, self->writer.text);
  return TRUE;
}

gboolean
pymva_export_c (PymvaExport *export,
                GError **error)
{
  g_autofree char *prefix = make_prefix (export, error);
  g_autofree char *macro = NULL;
  g_auto (GStrv) outputs = make_output_names (export->model);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) helpers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) expressions =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_expression_free);
  Exporter self = {
    .export = export,
    .prefix = prefix,
    .title = export->model->manifest->title,
    .outputs = outputs,
    .columns = columns,
    .expressions = expressions,
    .writer = { text, helpers, NULL },
  };

  if (prefix == NULL)
    return FALSE;

  macro = g_ascii_strup (prefix, -1);
  self.macro = macro;
  return write_files (&self, error);
}
