/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-backend-private.h"

G_BEGIN_DECLS

/* Every function that runs Python on the calling thread does so between these two. The first
 * starts the interpreter where needed, and returns NULL and an error where it cannot be used. */
const PymvaBackend *pymva_object_enter_call (GError **error);
void pymva_object_leave_call (void);

/* A handle of a new reference, and the end of the call; NULL for NULL. */
PymvaObject *pymva_object_leave_with (PymvaPy *py);

/* The references behind an array of objects, in @local where they fit. */
#define PYMVA_OBJECT_MOST_LOCAL 16
PymvaPy **pymva_object_peek_items (PymvaObject **items,
                                   gsize n_items,
                                   PymvaPy **local);
void pymva_object_free_items (PymvaPy **items,
                              PymvaPy **local);
/* The texts of a list of texts. */
char **pymva_object_dup_texts (PymvaObject *list,
                               GError **error);
/* Whether there is a name for each of the values. */
gboolean pymva_object_check_names (const char * const *names,
                                   gsize n_values,
                                   GError **error);

G_END_DECLS
