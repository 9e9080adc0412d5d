/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-text-private.h"
#include "data/pymva-number-private.h"
#include "pymva-lightgbm-objective-private.h"
#include "scoring/pymva-manifest-private.h"

typedef struct
{
  const char *name;
  PymvaAnalysisType analysis_type;
  const char *outputs;
  /* The function of the stage "link", or NULL for none. */
  const char *link;
  /* Whether it may have learnt the root of what it is asked for: its text then has “sqrt”. */
  gboolean may_be_root;
} Objective;

#define CLASSES PYMVA_ANALYSIS_TYPE_CLASSIFICATION, PYMVA_OUTPUTS_PROBABILITY
#define SEVERAL_CLASSES PYMVA_ANALYSIS_TYPE_MULTICLASS, PYMVA_OUTPUTS_PROBABILITY
#define NUMBERS PYMVA_ANALYSIS_TYPE_REGRESSION, PYMVA_OUTPUTS_VALUE

static const Objective objectives[] = {
  { "binary", CLASSES, "logistic", FALSE },
  { "cross_entropy", CLASSES, "logistic", FALSE },
  { "cross_entropy_lambda", NUMBERS, "softplus", FALSE },
  { "multiclass", SEVERAL_CLASSES, "softmax", FALSE },
  { "multiclassova", SEVERAL_CLASSES, "logistic", FALSE },
  { "regression", NUMBERS, NULL, TRUE },
  { "regression_l1", NUMBERS, NULL, TRUE },
  { "huber", NUMBERS, NULL, FALSE },
  { "fair", NUMBERS, NULL, TRUE },
  { "quantile", NUMBERS, NULL, TRUE },
  { "mape", NUMBERS, NULL, TRUE },
  { "poisson", NUMBERS, "exponential", FALSE },
  { "gamma", NUMBERS, "exponential", FALSE },
  { "tweedie", NUMBERS, "exponential", FALSE },
  { "lambdarank", NUMBERS, NULL, FALSE },
  { "rank_xendcg", NUMBERS, NULL, FALSE },
};

static const Objective *
lookup_objective (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (objectives); i++)
    if (g_str_equal (name, objectives[i].name))
      return &objectives[i];

  return NULL;
}

/* What follows the name: the slope of the logistic function, and whether a root was learnt. */
static gboolean
read_words (char **words,
            double *slope,
            gboolean *is_root,
            GError **error)
{
  for (guint i = 1; words[0] != NULL && words[i] != NULL; i++)
    {
      *is_root |= g_str_equal (words[i], "sqrt");
      if (g_str_has_prefix (words[i], "sigmoid:") &&
          !pymva_number_parse (words[i] + strlen ("sigmoid:"),
                               strlen (words[i]) - strlen ("sigmoid:"), slope))
        {
          g_autofree char *shown = pymva_text_shorten (words[i]);

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "“objective” has “%s”, and no number in it", shown);
          return FALSE;
        }
    }

  return TRUE;
}

static GVariant *
describe_link (const char *function,
               double slope)
{
  GVariantDict stage;

  g_variant_dict_init (&stage, NULL);
  g_variant_dict_insert (&stage, "kind", "s", "link");
  g_variant_dict_insert (&stage, "function", "s", function);
  if (slope != 1)
    g_variant_dict_insert (&stage, "slope", "d", slope);
  return g_variant_ref_sink (g_variant_dict_end (&stage));
}

gboolean
pymva_lightgbm_objective_apply (const char *text,
                                PymvaBoosterModel *model,
                                GError **error)
{
  /* Where a function of the user's was minimised, the sums are the answers. */
  static const Objective none = { "", NUMBERS, NULL, FALSE };
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);
  const Objective *found = text != NULL && words[0] != NULL ? lookup_objective (words[0]) : &none;
  gboolean is_root = FALSE;
  double slope = 1;

  if (found == NULL)
    {
      g_autofree char *shown = pymva_text_shorten (words[0]);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its objective is “%s”, and it is not known what LightGBM makes of its sums",
                   shown);
      return FALSE;
    }
  if (!read_words (words, &slope, &is_root, error))
    return FALSE;

  model->analysis_type = found->analysis_type;
  model->outputs = found->outputs;
  if ((found->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS) != (model->n_outputs > 1) &&
      found != &none)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its objective is “%s”, which does not go with %u outputs", words[0],
                   model->n_outputs);
      return FALSE;
    }

  if (found->link != NULL)
    model->link = describe_link (found->link, slope);
  else if (is_root && found->may_be_root)
    model->link = describe_link ("signed-square", 1);
  return TRUE;
}
