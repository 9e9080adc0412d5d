/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-booster-model-private.h"
#include "pymva-convert-private.h"

G_BEGIN_DECLS

/* What a bridge module has dumped, read with errors that name what is missing or wrong: all are
 * PYMVA_ERROR_FORMAT. */
typedef struct
{
  GVariant *description;
  GHashTable *tensors;
} PymvaDump;

/* The members of a description, a{sv}; Python's numbers may be of any whole or floating type. */
gboolean pymva_dump_read_int (GVariant *description,
                              const char *key,
                              gint64 *value,
                              GError **error);
gboolean pymva_dump_read_string (GVariant *description,
                                 const char *key,
                                 const char **value,
                                 GError **error);
gboolean pymva_dump_read_double (GVariant *description,
                                 const char *key,
                                 double *value,
                                 GError **error);

/* A list of dictionaries, and one of them, taken out of the variants around it: new references. */
GVariant *pymva_dump_get_list (const PymvaDump *self,
                               const char *key,
                               GError **error);
GVariant *pymva_dump_get_dictionary (GVariant *list,
                                     gsize index,
                                     GError **error);

/* A tensor of a dtype and shape, where -1 stands for any length; borrowed. */
PymvaTensor *pymva_dump_get_tensor (const PymvaDump *self,
                                    const char *name,
                                    PymvaDType dtype,
                                    guint n_dims,
                                    gint64 first,
                                    gint64 second,
                                    GError **error);

/* What a framework has written of a booster, as a tensor of that name has it. */
PymvaBoosterModel *pymva_dump_read_booster (const PymvaDump *self,
                                            const char *name,
                                            PymvaBoosterReadFunc read,
                                            GError **error);

/* The converters, by the kind of the dump. */
gboolean pymva_convert_lightgbm (PymvaModelBuilder *builder,
                                 const PymvaDump *dump,
                                 GError **error);
gboolean pymva_convert_network (PymvaModelBuilder *builder,
                                const PymvaDump *dump,
                                GError **error);
gboolean pymva_convert_stages (PymvaModelBuilder *builder,
                               const PymvaDump *dump,
                               GError **error);
gboolean pymva_convert_xgboost (PymvaModelBuilder *builder,
                                const PymvaDump *dump,
                                GError **error);

/* Adds the stage that takes the response of two columns; none for response -1 or one column. */
gboolean pymva_convert_response (PymvaModelBuilder *builder,
                                 gint64 response,
                                 gint64 n_outputs,
                                 GError **error);

G_END_DECLS
