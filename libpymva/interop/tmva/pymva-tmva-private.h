/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/pymva-forest-writer-private.h"
#include "interop/pymva-import-private.h"
#include "interop/pymva-stage-writer-private.h"
#include "interop/pymva-xml-private.h"

G_BEGIN_DECLS

/* What may yet be made of a file, by all methods in it together: tables, in numbers, and work, in
 * steps of some nanoseconds. Both grow with the file, whose methods may otherwise ask for far more
 * in a few bytes. */
typedef struct
{
  guint64 n_numbers;
  guint64 n_steps;
} PymvaTmvaBudget;

/* A method of TMVA in a file of weights, on its way to stages of a model. Numbers of events are
 * float32 in TMVA, before and after each transformation of the variables, and answers are float64
 * for two classes and float32 otherwise. */
typedef struct
{
  const PymvaImport *import;
  PymvaModelBuilder *builder;
  PymvaTmvaBudget *budget;
  /* What holds its options, variables and transformations, and its weights: these are apart for the
   * methods that another one boosts. */
  const PymvaXmlElement *setup;
  const PymvaXmlElement *weights;
  /* As the file writes it: “BDT” and so on. */
  const char *type;
  PymvaAnalysisType analysis_type;
  /* Of TMVA: 4.2.1 is 0x040201. */
  guint version;
  guint n_variables;
  /* The place of the signal among two classes. */
  int signal_class;
  /* The classes of several, the targets of a regression, or 1. */
  guint n_outputs;
  /* The stage whose columns are its variables, rounded to float32 unless the method does that; -1:
   * the variables of the model. */
  int input;
} PymvaTmvaMethod;

/* Gives the number of the stage whose columns are the answers of the method, before what is done to
 * the targets is undone. */
typedef gboolean (*PymvaTmvaImportFunc) (PymvaTmvaMethod *method,
                                         int *stage,
                                         GError **error);

/* One for each method; what is not in this list is refused. */
gboolean pymva_tmva_import_bdt (PymvaTmvaMethod *method,
                                int *stage,
                                GError **error);
gboolean pymva_tmva_import_boost (PymvaTmvaMethod *method,
                                  int *stage,
                                  GError **error);
gboolean pymva_tmva_import_category (PymvaTmvaMethod *method,
                                     int *stage,
                                     GError **error);
gboolean pymva_tmva_import_cuts (PymvaTmvaMethod *method,
                                 int *stage,
                                 GError **error);
gboolean pymva_tmva_import_fda (PymvaTmvaMethod *method,
                                int *stage,
                                GError **error);
gboolean pymva_tmva_import_fisher (PymvaTmvaMethod *method,
                                   int *stage,
                                   GError **error);
gboolean pymva_tmva_import_h_matrix (PymvaTmvaMethod *method,
                                     int *stage,
                                     GError **error);
gboolean pymva_tmva_import_ld (PymvaTmvaMethod *method,
                               int *stage,
                               GError **error);

gboolean pymva_tmva_import_likelihood (PymvaTmvaMethod *method,
                                       int *stage,
                                       GError **error);
gboolean pymva_tmva_import_mlp (PymvaTmvaMethod *method,
                                int *stage,
                                GError **error);
gboolean pymva_tmva_import_rule_fit (PymvaTmvaMethod *method,
                                     int *stage,
                                     GError **error);
gboolean pymva_tmva_import_svm (PymvaTmvaMethod *method,
                                int *stage,
                                GError **error);

/* The importer of the method's type, for methods that are part of others, too: these have the same
 * builder, and @method->input says where they find their variables. */
gboolean pymva_tmva_method_import (PymvaTmvaMethod *method,
                                   int *stage,
                                   GError **error);

/* --- what methods read --- */

/* The text of an option, or NULL. */
const char *pymva_tmva_method_get_option (const PymvaTmvaMethod *self,
                                          const char *name);
/* Whether the option is “True”; @fallback where there is none. */
gboolean pymva_tmva_method_get_flag (const PymvaTmvaMethod *self,
                                     const char *name,
                                     gboolean fallback);
/* What is refused: PYMVA_ERROR_UNSUPPORTED, with the name of the method behind it; gives FALSE. */
gboolean pymva_tmva_method_refuse (const PymvaTmvaMethod *self,
                                   GError **error,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (3, 4);
/* Takes from what may yet be made of the file, before it is made. What is too much is refused:
 * PYMVA_ERROR_UNSUPPORTED. */
gboolean pymva_tmva_method_spend (const PymvaTmvaMethod *self,
                                  guint64 n_numbers,
                                  guint64 n_steps,
                                  GError **error);

/* --- transformations --- */

/* The class whose tables transform: the last ones in the file, which are those of all classes
 * together, as TMVA applies transformations of one class too. */
#define PYMVA_TMVA_ALL_CLASSES (-1)

/* Adds the stages of all transformations of the variables with the tables of a class, and gives the
 * number of the last one; without transformations it is @self->input. */
gboolean pymva_tmva_method_transform (PymvaTmvaMethod *self,
                                      int class_index,
                                      int *stage,
                                      GError **error);
/* From answers of a regression to the targets: undoes what was done to these, the last
 * transformation first. */
gboolean pymva_tmva_method_restore_targets (PymvaTmvaMethod *self,
                                            int *stage,
                                            GError **error);

/* --- stages --- */

/* The trees of @writer, each of which adds to one of the outputs; @base has a number for each of
 * these, or is NULL. Gives the number of the stage. */
gboolean pymva_tmva_add_forest (const PymvaTmvaMethod *method,
                                PymvaForestWriter *writer,
                                guint n_outputs,
                                const double *base,
                                int input,
                                int *stage,
                                GError **error);
/* The part of an affine stage that @key names, with the same number for each of the columns. */
int pymva_tmva_add_constant (const PymvaTmvaMethod *method,
                             const char *key,
                             double number,
                             guint n_columns,
                             int input,
                             gboolean rounds);
/* A function of a stage “link”. */
int pymva_tmva_add_link (const PymvaTmvaMethod *method,
                         const char *function,
                         int input,
                         gboolean rounds);
/* Expressions over the columns of some stages, side by side from x0 on: a column for each. */
int pymva_tmva_add_expressions (const PymvaTmvaMethod *method,
                                const char * const *expressions,
                                const int *inputs,
                                guint n_inputs,
                                gboolean rounds);
/* One of them, in float64. */
int pymva_tmva_add_expression (const PymvaTmvaMethod *method,
                               const char *expression,
                               const int *inputs,
                               guint n_inputs);
/* The variables of the model, rounded to float32 as TMVA's events are. */
int pymva_tmva_add_rounding (const PymvaTmvaMethod *method);
/* Some columns of one stage. */
int pymva_tmva_add_select (const PymvaTmvaMethod *method,
                           const guint *columns,
                           guint n_columns,
                           int input);

G_END_DECLS
