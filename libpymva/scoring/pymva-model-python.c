/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-model-private.h"

static const PymvaPythonEngine *registered;

void
pymva_model_register_python_engine (const PymvaPythonEngine *engine)
{
  g_atomic_pointer_set (&registered, (gpointer) engine);
}

static PymvaTensor *
run_engine (PymvaModel *self,
            const PymvaPythonEngine *functions,
            gpointer engine,
            PymvaTensor *inputs,
            GError **error)
{
  g_autoptr (PymvaTensor) columns = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  columns = self->front != NULL
              ? pymva_graph_predict (self->front, inputs, pymva_model_get_n_threads (self), NULL,
                                     error)
              : pymva_tensor_cast (inputs, PYMVA_DTYPE_FLOAT32);
  if (columns == NULL)
    return NULL;

  outputs = functions->predict (engine, columns, error);
  if (outputs == NULL)
    return NULL;

  if (pymva_tensor_get_n_dims (outputs) != 2 ||
      pymva_tensor_get_length (outputs, 0) != pymva_tensor_get_length (inputs, 0) ||
      pymva_tensor_get_length (outputs, 1) != self->n_outputs)
    {
      g_autofree char *shape = pymva_tensor_format_shape (outputs);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "the Python code of the model “%s” gave outputs of shape %s for %"
                   G_GINT64_FORMAT " rows; it should give %u columns", self->manifest->title,
                   shape, pymva_tensor_get_length (inputs, 0), self->n_outputs);
      return NULL;
    }

  return pymva_tensor_cast (outputs, PYMVA_DTYPE_FLOAT32);
}

static gboolean
check_engine (PymvaModel *self,
              const PymvaPythonEngine *functions,
              gpointer engine,
              GError **error)
{
  g_autoptr (PymvaTensor) outputs = NULL;

  if (self->golden_inputs == NULL)
    return TRUE;

  outputs = run_engine (self, functions, engine, self->golden_inputs, error);
  return outputs != NULL && pymva_model_check_golden (self, outputs, error);
}

/* No lock is held while Python is asked: it may wait for the GIL, and who holds that may wait for
 * the lock. So two threads may load the engine at once, and the later one gives way. */
static gpointer
get_engine (PymvaModel *self,
            const PymvaPythonEngine *functions,
            GError **error)
{
  gpointer engine = g_atomic_pointer_get (&self->python);

  if (engine != NULL)
    return engine;

  engine = functions->load (self, error);
  if (engine == NULL)
    return NULL;
  if (!check_engine (self, functions, engine, error))
    {
      functions->free (engine);
      return NULL;
    }
  if (!g_atomic_pointer_compare_and_exchange (&self->python, NULL, engine))
    {
      functions->free (engine);
      return g_atomic_pointer_get (&self->python);
    }

  return engine;
}

PymvaTensor *
pymva_model_run_python (PymvaModel *self,
                        PymvaTensor *inputs,
                        GError **error)
{
  const PymvaPythonEngine *functions = g_atomic_pointer_get (&registered);
  gpointer engine;

  if (functions == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "the model “%s” needs Python to predict, which this program is built without",
                   self->manifest->title);
      return NULL;
    }

  engine = get_engine (self, functions, error);
  return engine != NULL ? run_engine (self, functions, engine, inputs, error) : NULL;
}

gboolean
pymva_model_python_runs_code (PymvaModel *self)
{
  const PymvaPythonEngine *functions = g_atomic_pointer_get (&registered);

  return functions == NULL || functions->runs_code == NULL || functions->runs_code (self);
}

gboolean
pymva_model_python_blocks_others (PymvaModel *self)
{
  const PymvaPythonEngine *functions = g_atomic_pointer_get (&registered);

  return self->graph == NULL && functions != NULL && functions->blocks_others != NULL &&
         functions->blocks_others ();
}

void
pymva_model_free_python (PymvaModel *self)
{
  if (self->python != NULL)
    registered->free (self->python);
  self->python = NULL;
}
