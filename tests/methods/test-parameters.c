/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva-random-forest.h>
#include <pymva/pymva-torch.h>

#include "methods/pymva-parameter-private.h"

#include "events.h"

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
assert_message (GError *error,
                int code,
                const char *words)
{
  g_assert_error (error, PYMVA_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

/* Defaults, setters, notification: of a property of the base class and of a derived one. */
static void
test_properties (void)
{
  PymvaMethod *method = PYMVA_METHOD (pymva_random_forest_new ());
  g_autofree char *criterion = NULL;
  g_autofree char *title = NULL;
  guint n_notified = 0;
  int n_estimators;
  gint64 seed;

  g_object_get (method, "title", &title, "n-estimators", &n_estimators, "criterion", &criterion,
                "seed", &seed, NULL);
  g_assert_cmpstr (title, ==, "random-forest");
  g_assert_cmpint (n_estimators, ==, 100);
  g_assert_cmpstr (criterion, ==, "auto");
  g_assert_cmpint (seed, ==, 0);
  g_assert_cmpint (pymva_method_get_n_threads (method), ==, 1);
  g_assert_cmpstr (pymva_method_get_transforms (method), ==, "");
  g_assert_false (pymva_method_get_trained (method));
  g_assert_cmpfloat (pymva_method_get_training_time (method), ==, 0.0);

  g_signal_connect (method, "notify::n-estimators", G_CALLBACK (count_cb), &n_notified);
  g_signal_connect (method, "notify::seed", G_CALLBACK (count_cb), &n_notified);
  g_object_set (method, "n-estimators", 7, NULL);
  g_object_set (method, "n-estimators", 7, NULL);
  g_assert_cmpuint (n_notified, ==, 1);
  pymva_method_set_seed (method, 5);
  pymva_method_set_seed (method, 5);
  g_assert_cmpuint (n_notified, ==, 2);

  g_signal_connect (method, "notify::trained-model-file", G_CALLBACK (count_cb), &n_notified);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path ("/tmp/forest.pymva");

      g_object_set (method, "trained-model-file", file, NULL);
    }
  g_object_set (method, "trained-model-file", NULL, NULL);
  g_object_set (method, "trained-model-file", NULL, NULL);
  g_assert_cmpuint (n_notified, ==, 4);

  /* A value outside the range is taken, and is for training to refuse. */
  g_object_set (method, "n-estimators", 0, NULL);
  g_object_get (method, "n-estimators", &n_estimators, NULL);
  g_assert_cmpint (n_estimators, ==, 0);

  pymva_method_set_title (method, "forest");
  g_assert_cmpstr (pymva_method_get_title (method), ==, "forest");
  pymva_method_set_title (method, NULL);
  g_assert_cmpstr (pymva_method_get_title (method), ==, "random-forest");

  g_assert_finalize_object (method);
}

/* What a front end needs to make a form. */
static void
test_pspecs (void)
{
  g_autoptr (PymvaTorch) torch = pymva_torch_new ();
  GObjectClass *klass = G_OBJECT_GET_CLASS (torch);
  GParamSpec *epochs = g_object_class_find_property (klass, "epochs");
  GParamSpec *dropout = g_object_class_find_property (klass, "dropout");

  g_assert_true (G_IS_PARAM_SPEC_INT (epochs));
  g_assert_cmpint (G_PARAM_SPEC_INT (epochs)->minimum, ==, 1);
  g_assert_cmpint (G_PARAM_SPEC_INT (epochs)->default_value, ==, 20);
  g_assert_cmpstr (g_param_spec_get_nick (epochs), ==, "Epochs");
  g_assert_cmpstr (g_param_spec_get_blurb (epochs), ==, "How often each event is seen");
  g_assert_true (G_IS_PARAM_SPEC_DOUBLE (dropout));
  g_assert_cmpfloat (G_PARAM_SPEC_DOUBLE (dropout)->maximum, <, 1.0);
}

static void
test_set_parameters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (PymvaMethod) other = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) others = NULL;
  g_autofree char *uri = NULL;
  double rate;

  /* Any number that fits, dashes or underscores. */
  g_assert_true (pymva_method_set_parameters (
    method,
    g_variant_new_parsed ("{'epochs': <7.0>, 'batch_size': <int64 32>, 'learning-rate': <1>, "
                          "'seed': <uint32 9>, 'hidden_layers': <'8'>, 'batch-norm': <true>, "
                          "'user-file': <'/tmp/net.py'>}"),
    &error));
  g_assert_no_error (error);
  g_object_get (method, "learning-rate", &rate, NULL);
  g_assert_cmpfloat (rate, ==, 1.0);

  parameters = pymva_method_dup_parameters (method);
  g_assert_false (g_variant_is_floating (parameters));
  g_assert_cmpstr (g_variant_get_type_string (parameters), ==, "a{sv}");
  g_assert_true (g_variant_lookup (parameters, "user-file", "s", &uri));
  g_assert_cmpstr (uri, ==, "file:///tmp/net.py");
  g_assert_false (g_variant_lookup (parameters, "title", "s", NULL));

  g_assert_true (pymva_method_set_parameters (other, parameters, &error));
  g_assert_no_error (error);
  others = pymva_method_dup_parameters (other);
  g_assert_cmpvariant (parameters, others);
}

static void
test_set_parameters_errors (void)
{
  static const struct
  {
    const char *text;
    int code;
    const char *words;
  } bad[] = {
    { "{'epoch': <7>}", PYMVA_ERROR_VALUE, "no parameter “epoch”; did you mean “epochs”?" },
    { "{'trained': <true>}", PYMVA_ERROR_VALUE, "no parameter “trained”" },
    { "{'epochs': <7.5>}", PYMVA_ERROR_TYPE, "“epochs” cannot be 7.5 (of the type “d”)" },
    { "{'epochs': <int64 5000000000>}", PYMVA_ERROR_TYPE, "“epochs” cannot be 5000000000" },
    { "{'epochs': <'7'>}", PYMVA_ERROR_TYPE, "it must be a whole number between 1 and 1000000" },
    { "{'batch-norm': <1>}", PYMVA_ERROR_TYPE, "“batch-norm” cannot be 1" },
    { "{'loss': <true>}", PYMVA_ERROR_TYPE, "“loss” cannot be true" },
    { "{'batch-size': <9>, 'epochs': <'x'>}", PYMVA_ERROR_TYPE, "“epochs”" },
    { "{'seed': <uint64 18446744073709551615>}", PYMVA_ERROR_TYPE, "“seed” cannot be" },
  };
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (GVariant) before = pymva_method_dup_parameters (method);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) after = NULL;

      g_assert_false (pymva_method_set_parameters (
        method, g_variant_new_parsed (bad[i].text), &error));
      assert_message (error, bad[i].code, bad[i].words);
      after = pymva_method_dup_parameters (method);
      g_assert_cmpvariant (before, after);
    }

  {
    g_autoptr (GError) error = NULL;

    g_assert_false (pymva_method_set_parameters (method, g_variant_new_string ("x"), &error));
    assert_message (error, PYMVA_ERROR_TYPE, "must be of the type “a{sv}”");
  }
}

static void
test_copy (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (PymvaMethod) copy = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) copied = NULL;
  g_autoptr (GFile) file = g_file_new_for_path ("/tmp/mine.pymva");

  g_object_set (method, "title", "mine", "n-estimators", 3, "criterion", "entropy", "seed",
                (gint64) 4, "n-threads", 2, "transforms", "N", NULL);
  pymva_method_set_trained_model_file (method, file);
  copy = pymva_method_copy (method);
  g_assert_true (PYMVA_IS_RANDOM_FOREST (copy));
  /* Copies do not write over the method's model. */
  g_assert_null (pymva_method_get_trained_model_file (copy));
  g_assert_cmpstr (pymva_method_get_title (copy), ==, "mine");
  parameters = pymva_method_dup_parameters (method);
  copied = pymva_method_dup_parameters (copy);
  g_assert_cmpvariant (parameters, copied);

  g_object_set (copy, "n-estimators", 4, NULL);
  g_variant_unref (g_steal_pointer (&copied));
  copied = pymva_method_dup_parameters (method);
  g_assert_cmpvariant (parameters, copied);
}

/* One at a time, and with colons. */
static void
test_option (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_autofree char *code = NULL;
  int epochs;

  g_assert_true (pymva_method_set_option (method, "NumEpochs", "7", &error));
  g_assert_true (pymva_method_set_option (method, "user-code", "def model(): pass", &error));
  g_assert_no_error (error);
  g_object_get (method, "epochs", &epochs, "user-code", &code, NULL);
  g_assert_cmpint (epochs, ==, 7);
  g_assert_cmpstr (code, ==, "def model(): pass");

  g_assert_false (pymva_method_set_option (method, "epoch", "7", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "“epochs”"));
  g_clear_error (&error);
  g_assert_false (pymva_method_set_option (method, "epochs", "many", &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

/* Before there is a data set. */
static void
test_check (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());

  g_assert_true (pymva_method_check_parameters (method, PYMVA_ANALYSIS_TYPE_REGRESSION, &error));
  g_assert_no_error (error);
  g_object_set (method, "n-estimators", 0, NULL);
  g_assert_false (pymva_method_check_parameters (method, PYMVA_ANALYSIS_TYPE_REGRESSION, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_options (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) torch = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (PymvaMethod) forest = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) model = NULL;
  g_autoptr (GFile) log = NULL;
  g_autofree char *size = NULL;
  g_autofree char *features = NULL;
  gboolean continues;
  gboolean best;
  gboolean norm;
  gboolean oob;
  gboolean bootstrap;
  double rate;
  int epochs;
  int batch;
  int stopping;
  int trees;
  int depth;

  g_assert_true (pymva_method_set_options (
    torch,
    "!H:!V:NumEpochs=20 : BatchSize=32:LearningRate=0.5:!SaveBestOnly:BatchNorm:ValidationSize=10%:"
    "TriesEarlyStopping=4:UserCode=/tmp/user.py:VarTransform=D,G:"
    "FilenameTrainedModel=/tmp/trained.pt:FilenameModel=/tmp/model.pt:ContinueTraining:"
    "TensorBoard=/tmp/log:LearningRateSchedule=50,0.01;70,0.005",
    &error));
  g_assert_no_error (error);
  g_object_get (torch, "epochs", &epochs, "continue-training", &continues, "model-file", &model,
                "tensorboard", &log,
                "batch-size", &batch, "learning-rate", &rate,
                "save-best-only", &best, "batch-norm", &norm, "validation-size", &size,
                "early-stopping", &stopping, "user-file", &file, NULL);
  g_assert_cmpint (epochs, ==, 20);
  g_assert_cmpint (batch, ==, 32);
  g_assert_cmpfloat (rate, ==, 0.5);
  g_assert_false (best);
  g_assert_true (norm);
  g_assert_cmpstr (size, ==, "10%");
  g_assert_cmpint (stopping, ==, 4);
  g_assert_true (continues);
  g_assert_cmpstr (g_file_peek_path (model), ==, "/tmp/model.pt");
  g_assert_cmpstr (g_file_peek_path (log), ==, "/tmp/log");
  path = g_file_get_path (file);
  g_assert_cmpstr (path, ==, "/tmp/user.py");
  g_assert_cmpstr (pymva_method_get_transforms (torch), ==, "D,G");
  g_assert_cmpstr (g_file_peek_path (pymva_method_get_trained_model_file (torch)), ==,
                   "/tmp/trained.pt");

  g_object_set (forest, "max-depth", 4, NULL);
  g_assert_true (pymva_method_set_options (
    forest, "NEstimators=50:MaxDepth=None:MaxFeatures=log2:OoBScore=True:Bootstrap=F:NJobs=2:"
            "RandomState=7:min-samples-leaf=3:Verbose=0:WarmStart=F:"
            "FilenameClassifier=/tmp/forest.pymva", &error));
  g_assert_no_error (error);
  g_object_get (forest, "n-estimators", &trees, "max-depth", &depth, "max-features", &features,
                "oob-score", &oob, "bootstrap", &bootstrap, NULL);
  g_assert_cmpint (trees, ==, 50);
  g_assert_cmpint (depth, ==, 0);
  g_assert_cmpstr (features, ==, "log2");
  g_assert_true (oob);
  g_assert_false (bootstrap);
  g_assert_cmpint (pymva_method_get_n_threads (forest), ==, 2);
  g_assert_cmpint (pymva_method_get_seed (forest), ==, 7);
  g_assert_cmpstr (g_file_peek_path (pymva_method_get_trained_model_file (forest)), ==,
                   "/tmp/forest.pymva");
}

static void
test_options_errors (void)
{
  static const struct
  {
    const char *options;
    int code;
    const char *words;
  } bad[] = {
    { "NEstimator=5", PYMVA_ERROR_VALUE,
      "The method “random-forest” has no option “NEstimator”; did you mean “NEstimators”?" },
    { "n-estimator=5", PYMVA_ERROR_VALUE, "no option “n-estimator”; did you mean “n-estimators”?" },
    { "NEstimators=five", PYMVA_ERROR_VALUE, "“n-estimators” is “five”" },
    { "NEstimators=__import__('os')", PYMVA_ERROR_VALUE, "is “__import__('os')”" },
    { "NEstimators=5.5", PYMVA_ERROR_VALUE, "it must be a whole number between 1 and 1000000" },
    { "MaxSamples=", PYMVA_ERROR_VALUE, "“max-samples” is “”" },
    { "Bootstrap=maybe", PYMVA_ERROR_VALUE, "“bootstrap” is “maybe”" },
    { "NEstimators=5:BaseEstimator=None", PYMVA_ERROR_VALUE, "has no option “BaseEstimator”" },
    { "WarmStart='yes, please'", PYMVA_ERROR_VALUE, "“warm-start” is “yes, please”" },
    { "IgnoreNegWeightsInTraining", PYMVA_ERROR_UNSUPPORTED, "set “negative-weights”" },
    { "FilenameModel=x", PYMVA_ERROR_VALUE, "has no option “FilenameModel”" },
  };
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      int n_estimators;

      g_assert_false (pymva_method_set_options (method, bad[i].options, &error));
      assert_message (error, bad[i].code, bad[i].words);
      g_object_get (method, "n-estimators", &n_estimators, NULL);
      g_assert_cmpint (n_estimators, ==, 100);
    }
}

static void
assert_dictionary (const char *text,
                   const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) found = pymva_parameter_parse_dictionary (text, &error);
  g_autoptr (GVariant) wanted =
    g_variant_parse (G_VARIANT_TYPE_VARDICT, expected, NULL, NULL, NULL);

  g_assert_no_error (error);
  g_assert_false (g_variant_is_floating (found));
  g_assert_cmpvariant (found, wanted);
}

/* Values by name, as options strings have them. */
static void
test_dictionary_text (void)
{
  static const char * const bad[] = {
    "C", "=1", "C=", "C=1,C=2", "C=1 gamma=2,", "a=[1", "a=(1,", "a=1,,b=2", "a='x",
    "a=[1 2]x", "{'a': 1}",
    "{'a'", "a=[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
  };

  assert_dictionary ("", "{}");
  assert_dictionary (" C = 0.5, svc__gamma=scale ,n=3",
                     "{'C': <0.5>, 'svc__gamma': <'scale'>, 'n': <int64 3>}");
  assert_dictionary ("a=true,b=False,c=None,d='None',e=\"1, 2\"",
                     "{'a': <true>, 'b': <false>, 'c': <@mv nothing>, 'd': <'None'>, "
                     "'e': <'1, 2'>}");
  assert_dictionary ("hidden_layer_sizes=(64, 32),steps=[1,[x]]",
                     "{'hidden_layer_sizes': <(int64 64, int64 32)>, "
                     "'steps': <[<int64 1>, <[<'x'>]>]>}");
  assert_dictionary ("{'C': <1.5>}", "{'C': <1.5>}");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_parameter_parse_dictionary (bad[i], &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
    }
}

static void
assert_same_dictionaries (GParamSpec *pspec,
                          GVariant *a,
                          GVariant *b,
                          gboolean same)
{
  g_auto (GValue) first = G_VALUE_INIT;
  g_auto (GValue) second = G_VALUE_INIT;

  g_value_init (&first, pspec->value_type);
  g_value_init (&second, pspec->value_type);
  g_value_set_variant (&first, a);
  g_value_set_variant (&second, b);
  g_assert_cmpint (pymva_parameter_equal (pspec, &first, &second), ==, same);
}

static void
test_dictionary_values (void)
{
  g_autoptr (GParamSpec) pspec = pymva_parameter_dictionary ("extra", "Extra", "More parameters");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;

  g_param_spec_ref_sink (pspec);
  g_assert_true (g_variant_type_equal (G_PARAM_SPEC_VARIANT (pspec)->type,
                                       G_VARIANT_TYPE_VARDICT));
  g_value_init (&value, pspec->value_type);
  pymva_parameter_set_default (pspec, &value);
  g_assert_cmpuint (g_variant_n_children (g_value_get_variant (&value)), ==, 0);

  assert_same_dictionaries (pspec, NULL, g_value_get_variant (&value), TRUE);
  assert_same_dictionaries (pspec, g_variant_new_parsed ("{'C': <1.5>}"),
                            g_variant_new_parsed ("{'C': <1.5>}"), TRUE);
  assert_same_dictionaries (pspec, g_variant_new_parsed ("{'C': <1.5>}"),
                            g_variant_new_parsed ("{'C': <2.5>}"), FALSE);

  variant = g_variant_ref_sink (g_variant_new_parsed ("{'C': 1.5}"));
  g_assert_true (pymva_parameter_set_variant (pspec, &value, variant, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (g_value_get_variant (&value)), ==, "a{sv}");
  g_assert_true (pymva_parameter_check (pspec, &value, "any", &error));

  g_assert_true (pymva_parameter_set_text (pspec, &value, "C=2,kernel=rbf", &error));
  g_assert_cmpuint (g_variant_n_children (g_value_get_variant (&value)), ==, 2);
  g_assert_false (pymva_parameter_set_text (pspec, &value, "kernel", &error));
  assert_message (error, PYMVA_ERROR_VALUE, "“extra” is “kernel”: expected a name and “=”");
  g_clear_error (&error);

  g_value_set_variant (&value, g_variant_new_string ("C"));
  g_assert_false (pymva_parameter_check (pspec, &value, "any", &error));
  assert_message (error, PYMVA_ERROR_VALUE, "of the type “s”; it must be of the type “a{sv}”");
}

static void
test_choices (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_auto (GStrv) choices = pymva_method_list_choices (method, "optimizer", &error);

  g_assert_no_error (error);
  g_assert_true (g_strv_equal ((const char * const *) choices,
                               (const char * const[]) { "adam", "adamw", "sgd", NULL }));

  g_assert_null (pymva_method_list_choices (method, "optimiser", &error));
  assert_message (error, PYMVA_ERROR_VALUE, "did you mean “optimizer”?");
  g_clear_error (&error);
  g_assert_null (pymva_method_list_choices (method, "epochs", &error));
  assert_message (error, PYMVA_ERROR_VALUE, "“epochs” of the method “torch” is not a word");
}

static void
test_create_for_name (void)
{
  static const struct
  {
    const char *name;
    const char *property;
    int value;
  } known[] = {
    { "random-forest", "n-estimators", 100 },
    { "PyRandomForest", "n-estimators", 10 },
    { "pyrandomforest", "n-estimators", 10 },
    { "torch", "epochs", 20 },
    { "PyTorch", "epochs", 10 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaMethod) titled = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (PymvaMethod) method = NULL;
      int value;

      method = pymva_method_create_for_name (known[i].name, NULL, &error);
      g_assert_no_error (error);
      g_object_get (method, known[i].property, &value, NULL);
      g_assert_cmpint (value, ==, known[i].value);
      g_assert_cmpint (g_ascii_strcasecmp (pymva_method_get_title (method), known[i].name), ==, 0);
    }

  titled = pymva_method_create_for_name ("torch", "net", &error);
  g_assert_cmpstr (pymva_method_get_title (titled), ==, "net");

  g_assert_null (pymva_method_create_for_name ("random-forrest", NULL, &error));
  assert_message (error, PYMVA_ERROR_VALUE,
                  "There is no method “random-forrest”; did you mean “random-forest”");
}

static void
test_not_trained (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (PymvaTensor) inputs =
    pymva_tensor_new_from_doubles ((double[]) { 1, 2 }, 2, 2, NULL);
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/model.pymva");
  GError *error = NULL;

  g_assert_null (pymva_method_predict (method, inputs, NULL, &error));
  assert_message (error, PYMVA_ERROR_NOT_TRAINED, "“torch” is not trained yet; train it first");
  g_clear_error (&error);
  g_assert_null (pymva_method_get_model (method, &error));
  assert_message (error, PYMVA_ERROR_NOT_TRAINED, "train it first");
  g_clear_error (&error);
  g_assert_null (pymva_method_get_importance (method, &error));
  assert_message (error, PYMVA_ERROR_NOT_TRAINED, "train it first");
  g_clear_error (&error);
  g_assert_false (pymva_method_save (method, file, NULL, &error));
  assert_message (error, PYMVA_ERROR_NOT_TRAINED, "train it first");
  g_clear_error (&error);
}

/* Values that no training can use are found before Python is asked for. */
static void
test_bad_values (void)
{
  static const struct
  {
    const char *method;
    const char *parameters;
    int code;
    const char *words;
  } bad[] = {
    { "random-forest", "{'n-estimators': <0>}", PYMVA_ERROR_VALUE,
      "“n-estimators” of the method “random-forest” is 0; it must be between 1 and 1000000" },
    { "random-forest", "{'min-weight-fraction-leaf': <0.7>}", PYMVA_ERROR_VALUE,
      "is 0.7; it must be between 0 and 0.5" },
    { "random-forest", "{'criterion': <'ginni'>}", PYMVA_ERROR_VALUE,
      "“criterion” of the method “random-forest” is “ginni”; it must be one of “auto”, “gini”" },
    { "random-forest", "{'criterion': <'poisson'>}", PYMVA_ERROR_VALUE,
      "it must be one of “auto”, “gini”, “entropy”, “log-loss”" },
    { "random-forest", "{'oob-score': <true>, 'bootstrap': <false>}", PYMVA_ERROR_VALUE,
      "needs “bootstrap”" },
    { "random-forest", "{'seed': <int64 -2>}", PYMVA_ERROR_VALUE, "between -1 and 4294967295" },
    { "torch", "{'epochs': <-1>}", PYMVA_ERROR_VALUE, "“epochs” of the method “torch” is -1" },
    { "torch", "{'learning-rate': <nan>}", PYMVA_ERROR_VALUE, "“learning-rate”" },
    { "torch", "{'optimizer': <'adan'>}", PYMVA_ERROR_VALUE,
      "it must be one of “adam”, “adamw”, “sgd”" },
    { "torch", "{'transforms': <'N,Q'>}", PYMVA_ERROR_VALUE, "no transformation “Q”" },
    { "torch", "{'user-code': <'x = 1'>, 'user-file': <'/x.py'>}", PYMVA_ERROR_VALUE,
      "set one of them" },
    { "torch", "{'device': <'gpu'>}", PYMVA_ERROR_VALUE, "one of “cpu”, “cuda”, “auto”" },
    { "torch", "{'model-file': <'http://example.com/m.pt'>}", PYMVA_ERROR_VALUE,
      "“http://example.com/m.pt”; it must be on this computer" },
    { "torch", "{'continue-training': <true>}", PYMVA_ERROR_VALUE, "no training to go on from" },
  };
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaMethod) method = NULL;

      method = pymva_method_create_for_name (bad[i].method, NULL, &error);
      g_assert_no_error (error);
      pymva_method_set_parameters (method, g_variant_new_parsed (bad[i].parameters), &error);
      g_assert_no_error (error);
      assert_train_fails (method, dataset, bad[i].code, bad[i].words);
      g_assert_false (pymva_method_get_trained (method));
    }
}

/* A value that is no number can be set, refused, and replaced. */
static void
test_nan (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);
  double impurity;

  g_object_set (method, "min-impurity-decrease", (double) NAN, NULL);
  assert_train_fails (method, dataset, PYMVA_ERROR_VALUE, "is nan; it must be between 0 and");
  g_object_set (method, "min-impurity-decrease", 0.25, NULL);
  g_object_get (method, "min-impurity-decrease", &impurity, NULL);
  g_assert_cmpfloat (impurity, ==, 0.25);
}

static void
test_missing_user_file (void)
{
  g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (PymvaDataset) dataset = new_two_classes (20, FALSE);
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/user.py");
  g_autoptr (GError) error = NULL;

  g_object_set (method, "user-file", file, NULL);
  g_assert_false (pymva_method_train (method, dataset, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/user.py"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parameters/properties", test_properties);
  g_test_add_func ("/parameters/pspecs", test_pspecs);
  g_test_add_func ("/parameters/set", test_set_parameters);
  g_test_add_func ("/parameters/set-errors", test_set_parameters_errors);
  g_test_add_func ("/parameters/copy", test_copy);
  g_test_add_func ("/parameters/options", test_options);
  g_test_add_func ("/parameters/option", test_option);
  g_test_add_func ("/parameters/check", test_check);
  g_test_add_func ("/parameters/options-errors", test_options_errors);
  g_test_add_func ("/parameters/dictionary-text", test_dictionary_text);
  g_test_add_func ("/parameters/dictionary-values", test_dictionary_values);
  g_test_add_func ("/parameters/choices", test_choices);
  g_test_add_func ("/parameters/create-for-name", test_create_for_name);
  g_test_add_func ("/parameters/not-trained", test_not_trained);
  g_test_add_func ("/parameters/bad-values", test_bad_values);
  g_test_add_func ("/parameters/nan", test_nan);
  g_test_add_func ("/parameters/missing-user-file", test_missing_user_file);

  return g_test_run ();
}
