/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-method-private.h"
#include "pymva-network-private.h"
#include "pymva-parameter-private.h"
#include "pymva-user-code-private.h"

static const char * const activations[] = {
  "relu", "leaky-relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus", "hard-tanh",
  "identity", NULL
};
static const char * const losses[] = {
  "auto", "binary-cross-entropy", "cross-entropy", "mean-squared-error", "mean-absolute-error",
  "huber", NULL
};
static const char * const devices[] = { "cpu", "cuda", "auto", NULL };

typedef struct
{
  const char *name;
  const char *nick;
  const char *blurb;
} Words;

static const struct
{
  Words words;
  const char *value;
} texts[] = {
  { { "hidden-layers", "Hidden layers", "Neurons of each hidden layer, separated by commas" },
    "64,64" },
  { { "learning-rate-schedule", "Learning rate schedule",
      "Learning rates from epochs on: “50,0.01;70,0.005”" }, "" },
  { { "validation-size", "Validation size", "Training events that judge: “20%”, “0.2” or “100”" },
    "20%" },
  { { "user-code", "User code", "Python functions of the user's" }, "" },
};

static const struct
{
  Words words;
  const char * const *choices;
} choices[] = {
  { { "activation", "Activation", "What follows each hidden layer" }, activations },
  { { "loss", "Loss", "What is to become small" }, losses },
  { { "device", "Device", "Where the network learns" }, devices },
};

static const struct
{
  Words words;
  int minimum;
  int maximum;
  int value;
} counts[] = {
  { { "epochs", "Epochs", "How often each event is seen" }, 1, 1000000, 20 },
  { { "batch-size", "Batch size", "Events of a training step" }, 1, G_MAXINT, 100 },
  { { "early-stopping", "Early stopping",
      "Epochs without improvement that end the training; 0: never" }, -1, 1000000, 0 },
};

static const struct
{
  Words words;
  double minimum;
  double maximum;
  double value;
} numbers[] = {
  { { "dropout", "Dropout", "Share of neurons left out in a training step" }, 0.0, 0.99, 0.0 },
  { { "learning-rate", "Learning rate", "How far a training step goes" }, 1e-12, 1e6, 0.001 },
  { { "momentum", "Momentum", "Momentum of the optimizer “sgd”" }, 0.0, 1.0, 0.0 },
  { { "weight-decay", "Weight decay", "Pull of large weights to zero" }, 0.0, 1e6, 0.0 },
  { { "gradient-clipping", "Gradient clipping",
      "Largest norm of a step's gradient; 0: no limit" }, 0.0, 1e12, 0.0 },
};

static const struct
{
  Words words;
  gboolean value;
} truths[] = {
  { { "batch-norm", "Batch normalisation", "Whether hidden layers are normalised over the batch" },
    FALSE },
  { { "balance-classes", "Balance classes", "Whether all classes weigh the same in the training" },
    FALSE },
  { { "save-best-only", "Keep the best",
      "Whether the epoch with the smallest validation loss is kept" }, TRUE },
  { { "continue-training", "Continue training",
      "Whether training goes on with what was learnt before" }, FALSE },
  { { "standardise", "Standardise inputs", "Whether inputs are scaled to mean 0 and deviation 1" },
    TRUE },
  { { "standardise-targets", "Standardise targets",
      "Whether targets are scaled to mean 0 and deviation 1" }, TRUE },
};

static const Words files[] = {
  { "tensorboard", "TensorBoard folder", "Folder for the figures of each epoch" },
  { "user-file", "User file", "File with Python functions of the user's" },
};

GParamSpec *
pymva_network_parameter_new (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].words.name, name))
      return pymva_parameter_string (name, texts[i].words.nick, texts[i].words.blurb,
                                     texts[i].value);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_str_equal (choices[i].words.name, name))
      return pymva_parameter_choice (name, choices[i].words.nick, choices[i].words.blurb,
                                     choices[i].choices);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (g_str_equal (counts[i].words.name, name))
      return pymva_parameter_int (name, counts[i].words.nick, counts[i].words.blurb,
                                  counts[i].minimum, counts[i].maximum, counts[i].value);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].words.name, name))
      return pymva_parameter_double (name, numbers[i].words.nick, numbers[i].words.blurb,
                                     numbers[i].minimum, numbers[i].maximum, numbers[i].value);
  for (guint i = 0; i < G_N_ELEMENTS (truths); i++)
    if (g_str_equal (truths[i].words.name, name))
      return pymva_parameter_boolean (name, truths[i].words.nick, truths[i].words.blurb,
                                      truths[i].value);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_equal (files[i].name, name))
      return pymva_parameter_file (name, files[i].nick, files[i].blurb);

  g_assert_not_reached ();
}

gboolean
pymva_network_check (PymvaMethod *method,
                     PymvaAnalysisType analysis_type,
                     GError **error)
{
  gboolean balance;

  g_object_get (method, "balance-classes", &balance, NULL);
  if (balance && analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“balance-classes” of the method “%s” is set, but a regression has no classes; "
                   "unset it", pymva_method_get_title (method));
      return FALSE;
    }

  return pymva_user_code_check (method, error);
}

gboolean
pymva_network_add_config (PymvaMethod *method,
                          GVariantDict *config,
                          GError **error)
{
  return pymva_user_code_add_config (method, config, error) &&
         pymva_method_add_path (method, "model-file", config, error) &&
         pymva_method_add_path (method, "tensorboard", config, error);
}
