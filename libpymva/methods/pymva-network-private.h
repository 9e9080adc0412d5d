/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

/* What the networks of all frameworks share. Their classes have the properties "balance-classes",
 * "model-file", "tensorboard", "user-code" and "user-file". */

/* One of the hyperparameters that all networks have: floating, as g_param_spec_int() gives one. */
GParamSpec *pymva_network_parameter_new (const char *name);

/* For PymvaMethodClass.check and add_config. */
gboolean pymva_network_check (PymvaMethod *method,
                              PymvaAnalysisType analysis_type,
                              GError **error);
gboolean pymva_network_add_config (PymvaMethod *method,
                                   GVariantDict *config,
                                   GError **error);

G_END_DECLS
