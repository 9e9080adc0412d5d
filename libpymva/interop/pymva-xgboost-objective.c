/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-text-private.h"
#include "pymva-xgboost-objective-private.h"
#include "scoring/pymva-manifest-private.h"

static float
keep (float base_score)
{
  return base_score;
}

static float
take_logarithm (float base_score)
{
  return logf (base_score);
}

static float
take_logit (float base_score)
{
  return -logf (1.0f / base_score - 1.0f);
}

/* XGBoost's kRtEps. */
#define SMALL 1e-6f

float
pymva_xgboost_objective_to_margin (const PymvaXGBoostObjective *self,
                                   float base_score,
                                   gboolean is_bounded)
{
  if (is_bounded && self->to_margin == take_logit)
    base_score = fminf (fmaxf (base_score, SMALL), 1.0f - SMALL);

  return self->to_margin (base_score);
}

#define CLASSES PYMVA_ANALYSIS_TYPE_CLASSIFICATION, PYMVA_OUTPUTS_PROBABILITY
#define SEVERAL_CLASSES PYMVA_ANALYSIS_TYPE_MULTICLASS
#define NUMBERS PYMVA_ANALYSIS_TYPE_REGRESSION, PYMVA_OUTPUTS_VALUE

/* “multi:softmax” gives the number of the largest sum: the sums themselves say more, and which is
 * the largest. */
static const PymvaXGBoostObjective objectives[] = {
  { "binary:logistic", CLASSES, take_logit, "logistic" },
  { "binary:logitraw", PYMVA_ANALYSIS_TYPE_CLASSIFICATION, PYMVA_OUTPUTS_SCORE, keep, NULL },
  { "binary:hinge", CLASSES, keep, "hinge" },
  { "multi:softprob", SEVERAL_CLASSES, PYMVA_OUTPUTS_PROBABILITY, keep, "softmax" },
  { "multi:softmax", SEVERAL_CLASSES, PYMVA_OUTPUTS_SCORE, keep, NULL },
  { "reg:squarederror", NUMBERS, keep, NULL },
  { "reg:linear", NUMBERS, keep, NULL },
  { "reg:squaredlogerror", NUMBERS, keep, NULL },
  { "reg:pseudohubererror", NUMBERS, keep, NULL },
  { "reg:absoluteerror", NUMBERS, keep, NULL },
  { "reg:quantileerror", NUMBERS, keep, NULL },
  { "reg:logistic", NUMBERS, take_logit, "logistic" },
  { "reg:gamma", NUMBERS, take_logarithm, "exponential" },
  { "reg:tweedie", NUMBERS, take_logarithm, "exponential" },
  { "count:poisson", NUMBERS, take_logarithm, "exponential" },
  { "survival:cox", NUMBERS, take_logarithm, "exponential" },
  /* The only one that takes exp() of C where others take that of C++ for float32. */
  { "survival:aft", NUMBERS, take_logarithm, "exponential", "float64" },
  { "rank:pairwise", NUMBERS, keep, NULL },
  { "rank:ndcg", NUMBERS, keep, NULL },
  { "rank:map", NUMBERS, keep, NULL },
};

const PymvaXGBoostObjective *
pymva_xgboost_objective_lookup (const char *name,
                                GError **error)
{
  g_autofree char *shown = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (objectives); i++)
    if (g_str_equal (name, objectives[i].name))
      return &objectives[i];

  shown = pymva_text_shorten (name);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "its objective is “%s”, and it is not known what XGBoost makes of its sums", shown);
  return NULL;
}

GVariant *
pymva_xgboost_objective_describe_link (const PymvaXGBoostObjective *self)
{
  GVariantDict stage;

  if (self->link == NULL)
    return NULL;

  g_variant_dict_init (&stage, NULL);
  g_variant_dict_insert (&stage, "kind", "s", "link");
  g_variant_dict_insert (&stage, "function", "s", self->link);
  g_variant_dict_insert (&stage, "precision", "s",
                         self->precision != NULL ? self->precision : "float32");
  return g_variant_ref_sink (g_variant_dict_end (&stage));
}
