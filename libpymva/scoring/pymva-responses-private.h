/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-tensor.h>

G_BEGIN_DECLS

/* How the responses of a two-class model were distributed over the events of its training: a
 * density for the signal and one for the background. Immutable. */
typedef struct _PymvaResponses PymvaResponses;

/* @responses: float32, n x 1; @labels: int32, n, 0 for the signal; @weights: float64, n. */
PymvaResponses *pymva_responses_new (PymvaTensor *responses,
                                     PymvaTensor *labels,
                                     PymvaTensor *weights,
                                     GError **error);
void pymva_responses_free (PymvaResponses *self);

/* As a model file has them: "edges" and "densities". */
GHashTable *pymva_responses_list_tensors (PymvaResponses *self);
PymvaResponses *pymva_responses_new_from_tensors (GHashTable *tensors,
                                                  GError **error);

/* NaN where neither class has events at the response. */
double pymva_responses_get_probability (const PymvaResponses *self,
                                        double response,
                                        double prior);
double pymva_responses_get_rarity (const PymvaResponses *self,
                                   double response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaResponses, pymva_responses_free)

G_END_DECLS
