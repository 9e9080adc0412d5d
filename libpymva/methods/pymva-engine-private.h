/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-object.h>

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* From the state of an adapter to answers and to a model. On the Python worker, inside a job. */

PymvaTensor *pymva_engine_predict_state (const char *bridge,
                                         PymvaObject *state,
                                         PymvaTensor *inputs,
                                         GError **error);
/* Fills the builder with stages that need no Python, or, where there are none for this state, with
 * the engine "python", of so many outputs, and what it needs. @resumable: with what the adapter
 * needs to go on with the training later, too, where it can do that; some adapters always say. */
gboolean pymva_engine_describe_state (const char *bridge,
                                      PymvaObject *state,
                                      gint64 n_outputs,
                                      gboolean resumable,
                                      PymvaModelBuilder *builder,
                                      GError **error);
/* Fills the builder with the stages of what an adapter's to_native() gave. */
gboolean pymva_engine_describe_dump (PymvaObject *dump,
                                     PymvaModelBuilder *builder,
                                     GError **error);
/* A model that needs Python is loaded when it is first asked, and compared with the golden rows:
 * one that cannot be loaded again is an error now, and not one of who will have the file. */
gboolean pymva_engine_check_model (PymvaModel *model,
                                   PymvaTensor *golden,
                                   GError **error);
/* a{sv}: the files that the adapter @bridge put into the model, none of which is run here. New
 * reference. */
GVariant *pymva_engine_read_files (PymvaModel *model,
                                   const char *bridge,
                                   GError **error);

G_END_DECLS
