/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-model.h>

#include "interop/pymva-convert-private.h"

G_BEGIN_DECLS

/* Tensors of C arrays; one dimension for @n_columns 0. */
PymvaTensor *fixture_tensor (PymvaDType dtype,
                             gconstpointer values,
                             gint64 n_rows,
                             gint64 n_columns);
GHashTable *fixture_tensors (void);
void fixture_insert (GHashTable *tensors,
                     const char *name,
                     PymvaDType dtype,
                     gconstpointer values,
                     gint64 n_rows,
                     gint64 n_columns);

/* A builder with variables "x0", "x1", ... */
PymvaModelBuilder *fixture_builder (PymvaAnalysisType analysis_type,
                                    guint n_variables);
/* Gives a builder the tensor of a C array. */
void fixture_add_table (PymvaModelBuilder *builder,
                        const char *name,
                        PymvaDType dtype,
                        gconstpointer values,
                        gint64 n_rows,
                        gint64 n_columns);
/* Builds the model; fails the test if that does not work. */
PymvaModel *fixture_build (PymvaModelBuilder *builder);
/* Builds the model of a dump; fails the test if that does not work. */
PymvaModel *fixture_model (PymvaAnalysisType analysis_type,
                           guint n_variables,
                           GVariant *description,
                           GHashTable *tensors);

/* Adds a stage "forest" that averages, whose tables are called as its members are. */
void fixture_add_forest (PymvaModelBuilder *builder,
                         GHashTable *tensors);
/* Builds the model of such a forest with one variable; fails the test if that does not work. */
PymvaModel *fixture_forest_of (GHashTable *tensors);

/* A small forest of two trees over two variables: a signal response that is 0.25 where x0 is at
 * most 0.5, else 0.5 where x1 is at most -1, and 1 elsewhere. */
PymvaModelBuilder *fixture_forest_builder (void);
PymvaModel *fixture_forest (void);

/* A folder of its own for the test's files, and its removal with all in it. */
GFile *fixture_folder (void);
void fixture_folder_remove (GFile *folder);

/* Such a folder for each test, and the file in it that g_test_add() is told the name of. */
typedef struct
{
  GFile *folder;
  GFile *file;
} Fixture;

void fixture_set_up (Fixture *fixture,
                     gconstpointer name);
void fixture_tear_down (Fixture *fixture,
                        gconstpointer name);

G_END_DECLS
