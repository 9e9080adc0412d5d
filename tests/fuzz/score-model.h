/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-model.h>

G_BEGIN_DECLS

/* Scores some rows with a model, unless it needs Python or is very wide: one row alone gives the
 * same bits as among others. */
void score_model (PymvaModel *model);

G_END_DECLS
