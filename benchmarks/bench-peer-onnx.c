/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ONNX Runtime by its C functions. Its Python package brings the library without the header, whose
 * table of functions only ever grows at the end; these are their places in it
 * (onnxruntime_c_api.h, struct OrtApi). */

#include "bench-peer.h"

enum
{
  GET_ERROR_MESSAGE = 2,
  CREATE_ENVIRONMENT = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_INTRA_OP_THREADS = 24,
  SET_INTER_OP_THREADS = 25,
  CREATE_TENSOR = 49,
  GET_TENSOR_DATA = 51,
  CREATE_CPU_MEMORY_INFO = 69,
  RELEASE_VALUE = 96,
};

#define API_VERSION 1
#define LOG_ERRORS 3
#define TYPE_FLOAT32 1

typedef struct
{
  const gpointer *api;
  gpointer session;
  gpointer memory;
  BenchShape shape;
} Onnx;

typedef struct
{
  const gpointer *(*get_api) (guint32);
  const char *(*get_version) (void);
} ApiBase;

static void
check (Onnx *self,
       gpointer status)
{
  const char *(*get_message) (gpointer) = self->api[GET_ERROR_MESSAGE];

  if (status != NULL)
    g_error ("ONNX Runtime: %s", get_message (status));
}

static gpointer
load_onnx (const char *path,
           const char *model_path,
           const BenchShape *shape)
{
  Onnx *self = g_new0 (Onnx, 1);
  const ApiBase *(*get_base) (void) = bench_find_symbol (bench_open_library (path),
                                                         "OrtGetApiBase");
  gpointer (*create_environment) (int, const char *, gpointer *);
  gpointer (*create_options) (gpointer *);
  gpointer (*set_threads) (gpointer, int);
  gpointer (*create_memory_info) (int, int, gpointer *);
  gpointer (*create_session) (gpointer, const char *, gpointer, gpointer *);
  gpointer environment;
  gpointer options;

  self->shape = *shape;
  self->api = get_base ()->get_api (API_VERSION);
  create_environment = self->api[CREATE_ENVIRONMENT];
  create_options = self->api[CREATE_SESSION_OPTIONS];
  create_memory_info = self->api[CREATE_CPU_MEMORY_INFO];
  create_session = self->api[CREATE_SESSION];

  check (self, create_environment (LOG_ERRORS, "bench", &environment));
  check (self, create_options (&options));
  set_threads = self->api[SET_INTRA_OP_THREADS];
  check (self, set_threads (options, 1));
  set_threads = self->api[SET_INTER_OP_THREADS];
  check (self, set_threads (options, 1));
  check (self, create_memory_info (0, 0, &self->memory));
  check (self, create_session (environment, model_path, options, &self->session));

  return self;
}

/* The models' input is called “X”, and the output “probabilities”. */
static void
score_onnx (gpointer data,
            const float *rows,
            gsize n_rows,
            float *outputs)
{
  Onnx *self = data;
  gpointer (*create_tensor) (gpointer, gconstpointer, gsize, const gint64 *, gsize, int,
                             gpointer *) = self->api[CREATE_TENSOR];
  gpointer (*run) (gpointer, gpointer, const char * const *, const gpointer *, gsize,
                   const char * const *, gsize, gpointer *) = self->api[RUN];
  gpointer (*get_data) (gpointer, gpointer *) = self->api[GET_TENSOR_DATA];
  void (*release) (gpointer) = self->api[RELEASE_VALUE];
  const gint64 extents[2] = { n_rows, self->shape.n_features };
  const char * const inputs[] = { "X" };
  const char * const names[] = { "probabilities" };
  gpointer tensor;
  gpointer found = NULL;
  gsize n_outputs = self->shape.n_outputs;
  const float *numbers;

  check (self, create_tensor (self->memory, rows, n_rows * self->shape.n_features * sizeof (float),
                              extents, 2, TYPE_FLOAT32, &tensor));
  check (self, run (self->session, NULL, inputs, &tensor, 1, names, 1, &found));
  check (self, get_data (found, (gpointer *) &numbers));
  for (gsize i = 0; i < n_rows; i++)
    for (gsize j = 0; j < n_outputs; j++)
      outputs[i * n_outputs + j] = numbers[(i + 1) * self->shape.n_columns - n_outputs + j];
  release (tensor);
  release (found);
}

const BenchPeer bench_peer_onnx = { "onnx", load_onnx, score_onnx };
