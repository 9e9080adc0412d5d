/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What transformations of inputs are, as TMVA writes them: "D_Signal,G" or "N(a,b)+P". */

typedef enum
{
  PYMVA_TRANSFORM_IDENTITY,
  PYMVA_TRANSFORM_NORMALISE,
  PYMVA_TRANSFORM_DECORRELATE,
  PYMVA_TRANSFORM_PRINCIPAL,
  PYMVA_TRANSFORM_UNIFORM,
  PYMVA_TRANSFORM_GAUSS,
  PYMVA_TRANSFORM_STANDARDISE,
} PymvaTransformKind;

/* One step of a chain. */
typedef struct
{
  PymvaTransformKind kind;
  /* As it was written, for messages. */
  char *text;
  /* The class whose events it is fitted on, or NULL for all. */
  char *class_name;
  /* The variables that it changes, or NULL for all. */
  char **variables;
} PymvaTransformStep;

/* The steps, of PymvaTransformStep; none for an empty definition. Errors are PYMVA_ERROR_VALUE, or
 * UNSUPPORTED for what only TMVA has. */
GPtrArray *pymva_transform_parse (const char *definition,
                                  GError **error);

/* “D”, as titles of columns have it. */
const char *pymva_transform_kind_get_letter (PymvaTransformKind kind);
/* The numbers of the columns that a step changes, of those with the given names. */
gboolean pymva_transform_step_find_columns (const PymvaTransformStep *self,
                                            const char * const *variables,
                                            guint **columns,
                                            guint *n_columns,
                                            GError **error);
/* The number of the class that a step is fitted on, -1 for all; @classes is empty for a
 * regression. */
gboolean pymva_transform_step_find_class (const PymvaTransformStep *self,
                                          const char * const *classes,
                                          int *number,
                                          GError **error);

G_END_DECLS
