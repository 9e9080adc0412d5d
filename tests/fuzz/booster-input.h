/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/pymva-booster-model-private.h"

G_BEGIN_DECLS

/* Reads a booster, and if there is one, makes a model of it and scores some rows. */
int booster_input_read (const guint8 *data,
                        gsize size,
                        PymvaBoosterReadFunc read);

G_END_DECLS
