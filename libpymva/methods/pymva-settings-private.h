/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Values of properties that are all read before the first of them is set. */
GArray *pymva_settings_new (void);
/* The value to fill, valid until the next one is added. */
GValue *pymva_settings_add (GArray *self,
                            GParamSpec *pspec);
void pymva_settings_apply (GArray *self,
                           GObject *object);

G_END_DECLS
