/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* All that a factory found, as JSON. @folder is where the models are. */
char *run_format_results (PymvaFactory *factory,
                          const char *folder);

G_END_DECLS
