/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* Small models for tests of ensembles. Variables are named in a text, separated by blanks. What
 * cannot be made fails the test. */

PymvaModelBuilder *member_builder (PymvaAnalysisType analysis_type,
                                   const char *names);
/* Adds a stage as g_variant_parse() reads it. */
void member_add_stage (PymvaModelBuilder *builder,
                       const char *text);

/* A tree that answers @low where a variable is at most @threshold, and otherwise @high. */
PymvaModel *member_tree (const char *names,
                         gint32 feature,
                         float threshold,
                         double low,
                         double high);
/* Squares of two variables beside the variables, and a product of some of them. */
PymvaModel *member_chain (const char *names);

/* @options: as g_variant_parse() reads them, or NULL. */
PymvaModel *members_ensemble (PymvaModel **members,
                              gsize n_members,
                              const char *options);

G_END_DECLS
