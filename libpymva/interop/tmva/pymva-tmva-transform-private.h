/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-tmva-private.h"

G_BEGIN_DECLS

/* The variables that a transformation takes, or gives. */
typedef struct
{
  guint *columns;
  guint n_columns;
  /* The targets among them come behind the variables. */
  guint *targets;
  guint n_targets;
} PymvaTmvaSelection;

/* One transformation, whose tables are those of a class. */
typedef struct
{
  const PymvaTmvaMethod *method;
  const PymvaXmlElement *element;
  int class_index;
  PymvaTmvaSelection from;
  PymvaTmvaSelection to;
} PymvaTmvaTransform;

/* Adds the stages for the variables of the transformation, which are the columns of @input. */
typedef gboolean (*PymvaTmvaTransformFunc) (const PymvaTmvaTransform *self,
                                            int input,
                                            int *stage,
                                            GError **error);

/* To uniform or normal distributions. */
gboolean pymva_tmva_transform_add_gauss (const PymvaTmvaTransform *self,
                                         int input,
                                         int *stage,
                                         GError **error);
/* To the range from -1 to 1, and, of answers of a regression, back. */
gboolean pymva_tmva_transform_add_normalisation (const PymvaTmvaTransform *self,
                                                 int input,
                                                 int *stage,
                                                 GError **error);
gboolean pymva_tmva_transform_undo_normalisation (const PymvaTmvaTransform *self,
                                                  int input,
                                                  int *stage,
                                                  GError **error);

/* Of the children of @parent with that name, or of any name where it is NULL, the one of the class:
 * the last one where there is none of that class. */
const PymvaXmlElement *pymva_tmva_transform_find_table (const PymvaTmvaTransform *self,
                                                        const PymvaXmlElement *parent,
                                                        const char *name,
                                                        GError **error);

G_END_DECLS
