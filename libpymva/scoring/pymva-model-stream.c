/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>
#include <time.h>

#include <pymva/pymva-error.h>
#include <pymva/pymva-model.h>

#include "base/pymva-options-private.h"
#include "base/pymva-pipeline-private.h"
#include "data/pymva-expression-private.h"
#include "data/pymva-table-private.h"
#include "data/pymva-table-stream-private.h"
#include "data/pymva-table-writer-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-model-private.h"

/* A model applied to a stream, piece by piece: one thread reads, others score and encode, and the
 * one that calls writes. */

/* More threads than that wait for the one that reads, unless the user knows better. */
#define MOST_THREADS_BY_DEFAULT 4

/* What processor time is spent on. */
typedef enum
{
  STAGE_READ,
  STAGE_PREDICT,
  STAGE_ENCODE,
  STAGE_WRITE,
  N_STAGES,
} Stage;

/* A column that is handed on. */
typedef struct
{
  char *name;
  char *expression;
} Kept;

typedef struct
{
  PymvaModel *model;
  PymvaTableStream *events;
  PymvaTableWriter *writer;
  GCancellable *cancellable;
  GArray *kept; /* of Kept */
  char **outputs;
  guint n_threads;
  gint64 n_written;

  /* Of the thread that reads, while it does: what is written has these columns, without rows, and
   * whether the writer knows, as it does from the first rows on. */
  PymvaTable *columns;
  gboolean is_settled;

  GMutex lock; /* without g_mutex_init(): all zero is as good */
  double seconds[N_STAGES]; /* guarded by the lock */
} Application;

static const PymvaKnownOption known_options[] = {
  { "keep", "as", "a list of names" },
  { "n-threads", "u", "a number" },
  { NULL }
};

static void
kept_clear (gpointer data)
{
  Kept *kept = data;

  g_free (kept->name);
  g_free (kept->expression);
}

static void
application_clear (Application *self)
{
  g_clear_pointer (&self->kept, g_array_unref);
  g_clear_pointer (&self->outputs, g_strfreev);
  g_clear_object (&self->columns);
  g_mutex_clear (&self->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Application, application_clear)

static double
get_processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static void
count_time (Application *self,
            Stage stage,
            double start)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->seconds[stage] += get_processor_time () - start;
}

static char **
list_outputs (PymvaModel *model)
{
  static const char * const response[] = { "response", NULL };

  switch (pymva_model_get_analysis_type (model))
    {
    case PYMVA_ANALYSIS_TYPE_MULTICLASS:
      return pymva_model_list_classes (model);
    case PYMVA_ANALYSIS_TYPE_REGRESSION:
      return pymva_model_list_targets (model);
    default:
      return g_strdupv ((char **) response);
    }
}

static gboolean
read_options (Application *self,
              GVariant *options,
              GError **error)
{
  g_autofree const char **keep = NULL;

  self->kept = g_array_new (FALSE, FALSE, sizeof (Kept));
  g_array_set_clear_func (self->kept, kept_clear);
  if (!pymva_options_check (options, known_options, error))
    return FALSE;

  if (options == NULL || !g_variant_lookup (options, "n-threads", "u", &self->n_threads))
    self->n_threads = MIN (g_get_num_processors (), MOST_THREADS_BY_DEFAULT);
  else if (self->n_threads == 0)
    self->n_threads = g_get_num_processors ();
  self->n_threads = pymva_model_python_blocks_others (self->model)
                      ? 1
                      : pymva_pipeline_limit_threads (self->n_threads);

  if (options != NULL)
    g_variant_lookup (options, "keep", "^a&s", &keep);
  for (guint i = 0; keep != NULL && keep[i] != NULL; i++)
    {
      Kept kept;

      if (!pymva_expression_split (keep[i], &kept.name, &kept.expression, error))
        return FALSE;
      g_array_append_val (self->kept, kept);
    }

  return TRUE;
}

typedef struct
{
  GPtrArray *needed;
  /* Those that are read where the file has them: a column can be called “e/p”, so that neither that
   * one need be there nor those that the expression names. */
  GPtrArray *welcome;
  const char *row_column;
} Wanted;

static gboolean
has_name (GPtrArray *names,
          const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static void
add_name (Wanted *self,
          GPtrArray *names,
          const char *name)
{
  if (g_strcmp0 (name, self->row_column) != 0 && !has_name (self->needed, name) &&
      !has_name (names, name))
    g_ptr_array_add (names, g_strdup (name));
}

static void
add_variable (Wanted *self,
              const char *text)
{
  g_autoptr (PymvaExpression) expression = pymva_expression_new (text, NULL);
  const char * const *names = expression != NULL ? pymva_expression_list_names (expression) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add_name (self, self->needed, names[i]);
}

/* To be called when all variables are there. What is no expression can only be a column's name. */
static void
add_kept_text (Wanted *self,
               const char *text)
{
  g_autoptr (PymvaExpression) expression = pymva_expression_new (text, NULL);
  const char * const *names = expression != NULL ? pymva_expression_list_names (expression) : NULL;

  if (names == NULL || g_strcmp0 (names[0], text) == 0)
    {
      add_name (self, self->needed, text);
      return;
    }

  add_name (self, self->welcome, text);
  for (guint i = 0; names[i] != NULL; i++)
    add_name (self, self->welcome, names[i]);
}

/* Lets the file be read for what is needed of it only. Where that is no column at all, readers
 * could not tell how many rows there are. */
static void
set_needed (Application *self)
{
  g_autoptr (GPtrArray) needed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) welcome = g_ptr_array_new_with_free_func (g_free);
  Wanted wanted = { needed, welcome, pymva_table_stream_get_row_column (self->events) };
  GArray *variables = self->model->manifest->variables;

  for (guint i = 0; i < variables->len; i++)
    add_variable (&wanted, g_array_index (variables, PymvaManifestVariable, i).expression);
  for (guint i = 0; i < self->kept->len; i++)
    add_kept_text (&wanted, g_array_index (self->kept, Kept, i).expression);
  if (needed->len == 0)
    return;

  g_ptr_array_add (needed, NULL);
  g_ptr_array_add (welcome, NULL);
  pymva_table_stream_set_needed (self->events, (const char * const *) needed->pdata,
                                 (const char * const *) welcome->pdata);
}

/* The types that numbers have in the file, unless the writer's options say otherwise. */
static void
set_types (Application *self)
{
  const char *row_column = pymva_table_stream_get_row_column (self->events);

  for (guint i = 0; self->outputs[i] != NULL; i++)
    pymva_table_writer_set_type (self->writer, self->outputs[i], PYMVA_DTYPE_FLOAT32);
  for (guint i = 0; row_column != NULL && i < self->kept->len; i++)
    {
      const Kept *kept = &g_array_index (self->kept, Kept, i);

      if (g_str_equal (kept->expression, row_column))
        pymva_table_writer_set_type (self->writer, kept->name, PYMVA_DTYPE_INT64);
    }
}

/* A column of the file as it is, words too; or what an expression gives. */
static gboolean
add_kept (PymvaTable *rows,
          const Kept *kept,
          PymvaTable *events,
          GError **error)
{
  g_autoptr (PymvaTensor) values = NULL;

  if (pymva_table_is_text (events, kept->expression))
    {
      const PymvaTextColumn *text = pymva_table_get_text_column (events, kept->expression, error);

      return pymva_table_add_text_column (rows, kept->name,
                                          pymva_text_column_ref ((PymvaTextColumn *) text), error);
    }

  values = pymva_table_has_column (events, kept->expression)
             ? pymva_table_get_column (events, kept->expression, error)
             : pymva_table_evaluate (events, kept->expression, error);
  return values != NULL && pymva_table_add_column (rows, kept->name, values, error);
}

static gboolean
add_outputs (Application *self,
             PymvaTable *rows,
             PymvaTensor *outputs,
             GError **error)
{
  const float *values = pymva_tensor_peek_data (outputs);
  gint64 n_rows = pymva_tensor_get_length (outputs, 0);
  gint64 n_outputs = pymva_tensor_get_length (outputs, 1);

  for (gint64 i = 0; self->outputs[i] != NULL && i < n_outputs; i++)
    {
      double *column = g_new (double, MAX (n_rows, 1));
      g_autoptr (PymvaTensor) tensor = NULL;

      for (gint64 row = 0; row < n_rows; row++)
        column[row] = values[row * n_outputs + i];
      tensor = pymva_tensor_new_take_doubles (column, n_rows);
      if (!pymva_table_add_column (rows, self->outputs[i], tensor, error))
        return FALSE;
    }

  return TRUE;
}

static PymvaTable *
predict_rows (Application *self,
              PymvaTable *events,
              GError **error)
{
  g_autoptr (PymvaTensor) outputs =
    pymva_model_run_table (self->model, events, self->cancellable, error);
  g_autoptr (PymvaTable) rows = pymva_table_new ();

  if (outputs == NULL)
    return NULL;

  for (guint i = 0; i < self->kept->len; i++)
    if (!add_kept (rows, &g_array_index (self->kept, Kept, i), events, error))
      return NULL;

  return add_outputs (self, rows, outputs, error) ? g_steal_pointer (&rows) : NULL;
}

/* The columns that are written, without rows. Words stay words; without @events, none are known. */
static PymvaTable *
make_columns (Application *self,
              PymvaTable *events,
              GError **error)
{
  g_autoptr (PymvaTable) columns = pymva_table_new ();
  g_autoptr (PymvaTensor) nothing = pymva_tensor_new_take_doubles (g_new (double, 1), 0);

  for (guint i = 0; i < self->kept->len; i++)
    {
      const Kept *kept = &g_array_index (self->kept, Kept, i);
      gboolean is_text = events != NULL && pymva_table_is_text (events, kept->expression);

      if (!(is_text ? pymva_table_add_text_column (columns, kept->name, pymva_text_column_new (),
                                                   error)
                    : pymva_table_add_column (columns, kept->name, nothing, error)))
        return NULL;
    }
  for (guint i = 0; self->outputs[i] != NULL; i++)
    if (!pymva_table_add_column (columns, self->outputs[i], nothing, error))
      return NULL;

  return g_steal_pointer (&columns);
}

/* The first rows of the file say what the columns are, whichever are encoded first. */
static gboolean
settle_columns (Application *self,
                PymvaTable *piece,
                GError **error)
{
  if (self->is_settled)
    return TRUE;

  g_clear_object (&self->columns);
  self->columns = make_columns (self, piece, error);
  self->is_settled = pymva_table_get_n_rows (piece) > 0;
  return self->columns != NULL &&
         (!self->is_settled || pymva_table_writer_settle (self->writer, self->columns, error));
}

static gpointer
read_piece (gpointer data,
            GError **error)
{
  Application *self = data;
  double start = get_processor_time ();
  g_autoptr (PymvaTable) piece =
    pymva_table_stream_read (self->events, self->cancellable, error);
  gboolean is_good = piece != NULL && settle_columns (self, piece, error);

  count_time (self, STAGE_READ, start);
  return is_good ? g_steal_pointer (&piece) : NULL;
}

/* Which file has the columns that are of no use. */
static void
name_events (Application *self,
             GError **error)
{
  GFile *file = pymva_table_stream_get_file (self->events);

  if (error != NULL && file != NULL &&
      (g_error_matches (*error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION) ||
       g_error_matches (*error, PYMVA_ERROR, PYMVA_ERROR_DATA)))
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "In “%s”: ", name);
    }
}

static gpointer
predict_and_encode (gpointer data,
                    gpointer item,
                    GError **error)
{
  Application *self = data;
  g_autoptr (PymvaTable) events = item;
  g_autoptr (PymvaTable) rows = NULL;
  double start = get_processor_time ();
  PymvaEncodedRows *encoded;

  rows = predict_rows (self, events, error);
  count_time (self, STAGE_PREDICT, start);
  if (rows == NULL)
    {
      name_events (self, error);
      return NULL;
    }

  start = get_processor_time ();
  encoded = pymva_table_writer_encode (self->writer, rows, error);
  count_time (self, STAGE_ENCODE, start);
  return encoded;
}

static gboolean
write_rows (gpointer data,
            gpointer result,
            GError **error)
{
  Application *self = data;
  g_autoptr (PymvaEncodedRows) encoded = result;
  double start = get_processor_time ();
  gboolean done = !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
                  pymva_table_writer_append (self->writer, encoded, self->cancellable, error);

  self->n_written += pymva_table_get_n_rows (encoded->rows);
  count_time (self, STAGE_WRITE, start);
  return done;
}

/* Columns without rows: what a file has that is made of no events. */
static gboolean
write_no_rows (Application *self,
               GError **error)
{
  if (self->columns == NULL)
    self->columns = make_columns (self, NULL, error);

  return self->columns != NULL &&
         pymva_table_writer_write (self->writer, self->columns, self->cancellable, error);
}

static const PymvaPipelineStages stages = {
  .read = read_piece,
  .work = predict_and_encode,
  .write = write_rows,
  .free_item = g_object_unref,
  .free_result = (GDestroyNotify) pymva_encoded_rows_free,
};

/* All columns of what is written need names of their own. */
static gboolean
check_names (Application *self,
             GError **error)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      const Kept *kept = &g_array_index (self->kept, Kept, i);
      gboolean is_twice = FALSE;

      for (guint j = 0; j < i; j++)
        is_twice = is_twice || g_str_equal (kept->name, g_array_index (self->kept, Kept, j).name);
      if (!is_twice && !g_strv_contains ((const char * const *) self->outputs, kept->name))
        continue;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   is_twice ? "“%s” is to be kept twice; give one another name: “other := %s”"
                            : "“%s” is to be kept, but a column of the model's answers is called "
                              "so; give it another name: “old := %s”",
                   kept->name, kept->expression);
      return FALSE;
    }

  return TRUE;
}

static gboolean
run (Application *self,
     GError **error)
{
  gboolean done;

  if (!pymva_model_check_trained (self->model, error))
    return FALSE;

  self->outputs = list_outputs (self->model);
  if (!check_names (self, error))
    return FALSE;
  set_needed (self);
  set_types (self);
  done = pymva_pipeline_run (&stages, self, self->n_threads, error) &&
         (self->n_written > 0 || write_no_rows (self, error));

  /* The stream is again what it was to its owner. What is open is read for this model. */
  pymva_table_stream_set_needed (self->events, NULL, NULL);
  if (!done)
    pymva_table_stream_rewind (self->events);
  return done;
}

static GVariant *
make_report (Application *self,
             double seconds)
{
  static const char * const names[] = {
    "read-seconds", "predict-seconds", "encode-seconds", "write-seconds"
  };
  GVariantDict report;

  g_variant_dict_init (&report, NULL);
  g_variant_dict_insert (&report, "n-read", "x", pymva_table_stream_get_n_rows (self->events));
  g_variant_dict_insert (&report, "n-written", "x", self->n_written);
  g_variant_dict_insert (&report, "n-threads", "u", self->n_threads);
  g_variant_dict_insert (&report, "seconds", "d", seconds);
  for (guint i = 0; i < N_STAGES; i++)
    g_variant_dict_insert (&report, names[i], "d", self->seconds[i]);

  return g_variant_ref_sink (g_variant_dict_end (&report));
}

/**
 * pymva_model_predict_stream:
 * @self: a model
 * @events: a stream with the columns that the model's variables are made of
 * @writer: where the outputs go
 * @options: (nullable): what to write and how, `a{sv}`
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Applies the model to all events of a stream, piece by piece, however many there are: memory holds
 * some pieces. The variables are evaluated as by [method@Model.predict_table]; cuts are an option
 * of the stream. Only the columns that are needed are read. Reading, scoring and writing go on at
 * the same time, and the events stay in their order: the same file is written by any number of
 * threads.
 *
 * The columns of what is written are those to keep, and then the outputs, which are called as the
 * classes or targets are; that of a classification is `response`. Outputs have the type float32.
 * The writer is not closed: another stream may follow, and [method@TableWriter.close] completes the
 * file.
 *
 * The options are:
 *
 * - `keep` (`as`): columns to hand on, of numbers or words, or expressions: `pt`,
 *   `ratio := pt / mass`; and that of [method@TableStream.add_row_numbers];
 * - `n-threads` (`u`): on how many threads to work: 1 is the one that calls; of more, one reads and
 *   the others score. 0 is as many as there are processors, and so is the default, but at most 4;
 *   more than 1024 are as good as 1024. A model whose engine is `python` works on 1 where Python's
 *   worker calls, which others would wait for.
 *
 * What is returned says what was done, as `a{sv}`: `n-read` and `n-written`, the rows (`x`);
 * `n-threads` (`u`); `seconds` (`d`), and the seconds of processor time that went into
 * `read-seconds`, `predict-seconds`, `encode-seconds` and `write-seconds` (`d`).
 *
 * Fails like [method@TableStream.read], [method@Model.predict_table] and
 * [method@TableWriter.write], and with `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if the options are
 * wrong. After an error the stream begins anew, and the writer has what came before it;
 * [method@TableWriter.discard] removes that.
 *
 * Returns: (transfer full): what was done
 *
 * Since: 1.0
 */
GVariant *
pymva_model_predict_stream (PymvaModel *self,
                            PymvaTableStream *events,
                            PymvaTableWriter *writer,
                            GVariant *options,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto (Application) application = {
    .model = self, .events = events, .writer = writer, .cancellable = cancellable
  };
  g_autoptr (GVariant) owned = NULL;
  gint64 start = g_get_monotonic_time ();

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TABLE_STREAM (events), NULL);
  g_return_val_if_fail (PYMVA_IS_TABLE_WRITER (writer), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (options != NULL)
    owned = g_variant_ref_sink (options);
  if (!read_options (&application, owned, error) || !run (&application, error))
    return NULL;

  return make_report (&application, (g_get_monotonic_time () - start) / (double) G_USEC_PER_SEC);
}

typedef struct
{
  PymvaTableStream *events;
  PymvaTableWriter *writer;
  GVariant *options;
} StreamJob;

static void
stream_job_free (gpointer data)
{
  StreamJob *job = data;

  g_object_unref (job->events);
  g_object_unref (job->writer);
  g_clear_pointer (&job->options, g_variant_unref);
  g_free (job);
}

static void
predict_in_thread (GTask *task,
                   gpointer source_object,
                   gpointer task_data,
                   GCancellable *cancellable)
{
  StreamJob *job = task_data;
  GError *error = NULL;
  GVariant *report = pymva_model_predict_stream (source_object, job->events, job->writer,
                                                 job->options, cancellable, &error);

  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_model_predict_stream_async:
 * @self: a model
 * @events: a stream with the columns that the model's variables are made of
 * @writer: where the outputs go
 * @options: (nullable): what to write and how, as for [method@Model.predict_stream]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when all is written
 * @user_data: data for @callback
 *
 * Applies the model to all events of a stream without blocking; see
 * [method@Model.predict_stream]. The stream and the writer must not be used until it is done, but
 * for [method@TableStream.get_fraction], [method@TableStream.get_n_rows] and
 * [method@TableWriter.get_n_rows], which say how far it is.
 *
 * Since: 1.0
 */
void
pymva_model_predict_stream_async (PymvaModel *self,
                                  PymvaTableStream *events,
                                  PymvaTableWriter *writer,
                                  GVariant *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  StreamJob *job;

  g_return_if_fail (PYMVA_IS_MODEL (self));
  g_return_if_fail (PYMVA_IS_TABLE_STREAM (events));
  g_return_if_fail (PYMVA_IS_TABLE_WRITER (writer));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = g_new0 (StreamJob, 1);
  job->events = g_object_ref (events);
  job->writer = g_object_ref (writer);
  job->options = options != NULL ? g_variant_ref_sink (options) : NULL;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_predict_stream_async);
  g_task_set_task_data (task, job, stream_job_free);
  g_task_run_in_thread (task, predict_in_thread);
}

/**
 * pymva_model_predict_stream_finish:
 * @self: a model
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [method@Model.predict_stream_async].
 *
 * Returns: (transfer full): what was done, as [method@Model.predict_stream] says
 *
 * Since: 1.0
 */
GVariant *
pymva_model_predict_stream_finish (PymvaModel *self,
                                   GAsyncResult *result,
                                   GError **error)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
