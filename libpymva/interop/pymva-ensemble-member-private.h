/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* Adds the stages and tables of a native model to another one that is being built, which has all
 * its variables already: @columns says where. @manifest is a copy of its own, of which parts are
 * taken. @number keeps the names of its tables apart from those of other members; *@answer becomes
 * the number of the stage that gives its outputs. */
gboolean pymva_ensemble_add_member (PymvaModelBuilder *builder,
                                    PymvaModel *model,
                                    JsonObject *manifest,
                                    guint number,
                                    const guint *columns,
                                    int *answer,
                                    GError **error);

G_END_DECLS
