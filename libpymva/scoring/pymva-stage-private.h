/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <pymva/pymva-tensor.h>

#include "kernels/pymva-kernel.h"

G_BEGIN_DECLS

/* One step from a model's variables to its outputs: rows of columns in, rows of columns out.
 * Immutable once it is made, so any number of threads may run it. Everything that a file may have
 * wrong is found when a stage is made: running checks nothing. docs/model-file.md describes the
 * kinds and their keys. */
typedef struct _PymvaStage PymvaStage;
typedef struct _PymvaStageClass PymvaStageClass;

/* The rows that go in, one after the other: float32 where they are the model's variables, and
 * float64 between stages; the other pointer is NULL. */
typedef struct
{
  const float *floats;
  const double *doubles;
} PymvaColumns;

struct _PymvaStageClass
{
  const char *kind;
  /* An engine gives the model's property of that name. */
  gboolean engine;
  /* The outputs are the framework's to the last bit. */
  gboolean exact;
  PymvaStage *(*new) (JsonObject *description,
                      GHashTable *tensors,
                      guint n_inputs,
                      GError **error);
  /* The same where pymva-stage-tables-private.h asks for tables that stages drop when they are
   * ready to run: it keeps them, and is not run. NULL: nothing is dropped. */
  PymvaStage *(*new_for_export) (JsonObject *description,
                                 GHashTable *tensors,
                                 guint n_inputs,
                                 GError **error);
  void (*free) (PymvaStage *self);
  /* @scratch holds n_rows times row_scratch bytes, aligned to 64. */
  void (*run) (const PymvaStage *self,
               const PymvaColumns *inputs,
               double *outputs,
               gsize n_rows,
               gpointer scratch);
  /* The same with the outputs as float32, for a last stage that computes these; or NULL. */
  void (*run_floats) (const PymvaStage *self,
                      const PymvaColumns *inputs,
                      float *outputs,
                      gsize n_rows,
                      gpointer scratch);
};

struct _PymvaStage
{
  const PymvaStageClass *klass;
  guint n_inputs;
  guint n_outputs;
  gsize row_scratch;
  /* As in the class, for kinds in which it differs. */
  gboolean exact;
  /* The code that it runs; portable unless it says otherwise. */
  PymvaKernel kernel;
};

extern const PymvaStageClass pymva_stage_affine_class;
extern const PymvaStageClass pymva_stage_choose_class;
extern const PymvaStageClass pymva_stage_clip_class;
extern const PymvaStageClass pymva_stage_encode_class;
extern const PymvaStageClass pymva_stage_expression_class;
extern const PymvaStageClass pymva_stage_fill_class;
extern const PymvaStageClass pymva_stage_forest_class;
extern const PymvaStageClass pymva_stage_interpolate_class;
extern const PymvaStageClass pymva_stage_kernel_class;
extern const PymvaStageClass pymva_stage_linear_class;
extern const PymvaStageClass pymva_stage_link_class;
extern const PymvaStageClass pymva_stage_matrix_class;
extern const PymvaStageClass pymva_stage_mean_class;
extern const PymvaStageClass pymva_stage_mlp_class;
/* The same in float64: the class above makes its stages of this one where the file asks for it. */
extern const PymvaStageClass pymva_stage_mlp_double_class;
extern const PymvaStageClass pymva_stage_product_class;
extern const PymvaStageClass pymva_stage_select_class;
extern const PymvaStageClass pymva_stage_weighted_median_class;

/* The most columns that a stage may have. */
#define PYMVA_STAGE_MOST_COLUMNS (1 << 20)

PymvaStage *pymva_stage_new (JsonObject *description,
                             GHashTable *tensors,
                             guint n_inputs,
                             GError **error);
/* A stage that has its tables, for exporters; it is not run. */
PymvaStage *pymva_stage_new_for_export (JsonObject *description,
                                        GHashTable *tensors,
                                        guint n_inputs,
                                        GError **error);
void pymva_stage_free (PymvaStage *self);

/* --- for the kinds --- */

/* The table that the member @key of a stage names, in @dtype and with @n_dims dimensions: a new
 * reference. A key that is missing gives NULL without an error, unless it is @required. */
gboolean pymva_stage_read_tensor (JsonObject *description,
                                  GHashTable *tensors,
                                  const char *key,
                                  gboolean required,
                                  PymvaDType dtype,
                                  guint n_dims,
                                  PymvaTensor **tensor,
                                  GError **error);
/* The same for one number per column. */
gboolean pymva_stage_read_columns (JsonObject *description,
                                   GHashTable *tensors,
                                   const char *key,
                                   gboolean required,
                                   PymvaDType dtype,
                                   guint n_columns,
                                   PymvaTensor **tensor,
                                   GError **error);

/* The member @key of a stage, a list of numbers of columns, each below @n_columns: a new array. A
 * key that is missing leaves @numbers and @n_numbers as they are, unless it is @required. */
gboolean pymva_stage_read_numbers (JsonObject *description,
                                   const char *key,
                                   gboolean required,
                                   guint n_columns,
                                   guint **numbers,
                                   guint *n_numbers,
                                   GError **error);
/* Two tables: "counts", how many numbers each column has, and @key, these numbers, finite and
 * rising, one column after the other. Of column i they are those from @firsts[i] to before
 * @firsts[i + 1]; both are new. */
gboolean pymva_stage_read_rising (JsonObject *description,
                                  GHashTable *tensors,
                                  const char *key,
                                  guint n_columns,
                                  gsize **firsts,
                                  PymvaTensor **tensor,
                                  GError **error);
/* Whether all numbers of a float64 table are finite. */
gboolean pymva_stage_check_finite (PymvaTensor *tensor,
                                   const char *key,
                                   GError **error);

static inline double
pymva_columns_get (const PymvaColumns *columns,
                   gsize index)
{
  return columns->floats != NULL ? columns->floats[index] : columns->doubles[index];
}

/* The kernel for a new stage; warns once of a PYMVA_KERNEL that is none. */
PymvaKernel pymva_stage_choose_kernel (void);

/* The columns as float32: where they lie, or rounded into @buffer. */
const float *pymva_columns_get_floats (const PymvaColumns *columns,
                                       gsize n_values,
                                       float *buffer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaStage, pymva_stage_free)

G_END_DECLS
