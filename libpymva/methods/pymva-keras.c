/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-keras.h>

#include "pymva-method-private.h"
#include "pymva-network-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaKeras:
 *
 * A neural network of Keras 3. It computes with torch; TensorFlow is not needed.
 *
 * A plain network needs no code: [property@Keras:hidden-layers] or [property@Keras:layers] say what
 * it is made of, and properties how it learns. A network that was made elsewhere comes from
 * [property@Keras:model-file], or from user code. Inputs are standardised, which is part of the
 * model, unless [property@Method:transforms] is set. A share of the training events judges the
 * training, and the epoch that they judge best is kept.
 *
 * `iteration` reports after each epoch `epoch`, `training_loss`, `validation_loss` and
 * `learning_rate`, as all networks do, and what Keras logs, under its names: `loss`, `val_loss`,
 * and the metrics. Cancelling takes effect between batches.
 *
 * A network for two classes has one output, which is the signal's probability, or two, the first of
 * which is the signal's; one for several classes has one output per class, and one for a regression
 * one per target. Outputs are probabilities where the last layer ends with sigmoid or softmax, and
 * logits otherwise.
 *
 * A network that was compiled, in a model file or by user code, keeps its loss, its optimizer and
 * its metrics; then [property@Keras:loss], [property@Keras:optimizer], [property@Keras:metrics] and
 * what belongs to them are not used.
 *
 * Made as `"PyKeras"`, it has PyMVA's defaults: 10 epochs, and neither inputs nor targets are
 * standardised. `GpuOptions` of PyMVA does nothing, because it concerned TensorFlow's sessions.
 *
 * ## User code
 *
 * [property@Keras:user-code] or [property@Keras:user-file] may define any of these; the rest stays
 * as the properties say. Each function takes the arguments that it names, of those listed;
 * arguments of other names are filled in this order:
 *
 * | name | what it is |
 * | --- | --- |
 * | `model(n_inputs, n_outputs)` | gives the network, a `keras.Model` |
 * | `callbacks()` | gives a list of `keras.callbacks.Callback` |
 * | `train(model, inputs, targets, weights, ...)` | trains; gives another model, or `None` |
 * | `predict(model, inputs, batch_size)` | gives the answers, events x outputs |
 * | `load_model_custom_objects` | a dictionary of the classes and functions of a model file |
 *
 * Classes and functions that the code registers with Keras may be in a model file, too.
 *
 * Further arguments of `train()` are `validation_inputs`, `validation_targets`,
 * `validation_weights`, `epochs`, `batch_size`, `callbacks` and `report`, which has
 * `progress(fraction)`, `iteration(index, metrics)`, `cancelled()` and `check()`, which raises the
 * cancellation.
 *
 * Inputs and targets are NumPy arrays. With one output the target is 1 for the signal and 0
 * otherwise; with more, targets are rows of 0 and 1, or class numbers for sparse losses. `weights`
 * have the mean 1, and are `None` where all events weigh the same. What draws random numbers from
 * `keras.random` needs a seed of its own to be the same each time.
 *
 * Code runs in a module of its own, which it shares with no other method. A chain of dense layers,
 * batch normalisation and the usual activations is scored without Python; any other model needs
 * Python, and trust, to be loaded: [property@Model:engine] is `"python"`.
 *
 * ## Settings of Keras
 *
 * The library imports Keras with the backend torch, unless the environment variable
 * `KERAS_BACKEND` names another one, or the program has imported Keras before; and without letting
 * it make its folder `~/.keras`.
 *
 * Since: 1.0
 */
struct _PymvaKeras
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaKeras, pymva_keras, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_HIDDEN_LAYERS,
  PROP_LAYERS,
  PROP_MODEL_FILE,
  PROP_ACTIVATION,
  PROP_DROPOUT,
  PROP_BATCH_NORM,
  PROP_OPTIMIZER,
  PROP_LOSS,
  PROP_METRICS,
  PROP_LEARNING_RATE,
  PROP_LEARNING_RATE_SCHEDULE,
  PROP_MOMENTUM,
  PROP_WEIGHT_DECAY,
  PROP_GRADIENT_CLIPPING,
  PROP_BALANCE_CLASSES,
  PROP_EPOCHS,
  PROP_BATCH_SIZE,
  PROP_VALIDATION_SIZE,
  PROP_EARLY_STOPPING,
  PROP_SAVE_BEST_ONLY,
  PROP_CONTINUE_TRAINING,
  PROP_DEVICE,
  PROP_TENSORBOARD,
  PROP_STANDARDISE,
  PROP_STANDARDISE_TARGETS,
  PROP_USER_CODE,
  PROP_USER_FILE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* GpuOptions are settings of TensorFlow's sessions, which Keras 3 has none of; tf.keras chooses
 * between two packages of which there is one left. */
static const PymvaMethodOption options[] = {
  { "FilenameModel", "model-file" },
  { "GpuOptions", NULL },
  { "NumEpochs", "epochs" },
  { "TensorBoard", "tensorboard" },
  { "TriesEarlyStopping", "early-stopping" },
  { "UserCode", "user-file" },
  { "tf.keras", NULL },
  { "tfkeras", NULL },
  { NULL },
};

static const char * const optimizers[] = { "adam", "adamw", "sgd", "rmsprop", "nadam", NULL };

static gboolean
pymva_keras_check (PymvaMethod *method,
                   PymvaAnalysisType analysis_type,
                   GError **error)
{
  g_autofree char *layers = NULL;
  g_autoptr (GFile) file = NULL;

  g_object_get (method, "layers", &layers, "model-file", &file, NULL);
  if (layers != NULL && *layers != '\0' && file != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The method “%s” has both “layers” and “model-file”; set one of them",
                   pymva_method_get_title (method));
      return FALSE;
    }

  return pymva_network_check (method, analysis_type, error);
}

static void
install_network_properties (void)
{
  /**
   * PymvaKeras:hidden-layers:
   *
   * How many neurons the layers between inputs and outputs have, separated by commas. The default
   * is `"64,64"`; empty for none.
   *
   * Since: 1.0
   */
  props[PROP_HIDDEN_LAYERS] = pymva_network_parameter_new ("hidden-layers");

  /**
   * PymvaKeras:layers:
   *
   * All layers of the network, in place of [property@Keras:hidden-layers] and what belongs to it:
   * `"Dense(64, relu); Dropout(0.5); Dense(2, softmax)"`. Names and arguments are those of
   * `keras.layers`; values are numbers, words and lists of them. They are read, never executed. The
   * last layer must have as many outputs as the class says. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_LAYERS] =
    pymva_parameter_string ("layers", "Layers",
                            "All layers: “Dense(64, relu); Dense(1, sigmoid)”", "");

  /**
   * PymvaKeras:model-file:
   *
   * A file in the format `.keras` with the network to train, which may have been compiled. It is
   * read at each training, after the user code has run, which may write it. `NULL` by default.
   *
   * Only layers that are known to run no code may be in it, and classes of
   * `load_model_custom_objects` in user code: others are refused with `PYMVA_ERROR_UNTRUSTED`.
   * Files in the older format `.h5` are refused with `PYMVA_ERROR_UNSUPPORTED`, because several
   * versions of Keras run code in them.
   *
   * Since: 1.0
   */
  props[PROP_MODEL_FILE] =
    pymva_parameter_file ("model-file", "Model file", "Network to train, in the format .keras");

  /**
   * PymvaKeras:activation:
   *
   * What follows each hidden layer: `"relu"` (the default), `"leaky-relu"`, `"elu"`, `"selu"`,
   * `"gelu"`, `"silu"`, `"tanh"`, `"sigmoid"`, `"softplus"`, `"hard-tanh"` or `"identity"`, each
   * with the parameters that Keras gives it.
   *
   * Since: 1.0
   */
  props[PROP_ACTIVATION] = pymva_network_parameter_new ("activation");

  /**
   * PymvaKeras:dropout:
   *
   * The share of neurons of each hidden layer that a training step leaves out, from 0, the default,
   * to below 1.
   *
   * Since: 1.0
   */
  props[PROP_DROPOUT] = pymva_network_parameter_new ("dropout");

  /**
   * PymvaKeras:batch-norm:
   *
   * Whether each hidden layer is normalised over the batch. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_BATCH_NORM] = pymva_network_parameter_new ("batch-norm");

  /**
   * PymvaKeras:standardise:
   *
   * Whether inputs are shifted and scaled to mean 0 and standard deviation 1 of the weighted
   * training events, as a part of the model. The default is `TRUE`. It does nothing where
   * [property@Method:transforms] is set: inputs are taken as these leave them.
   *
   * Since: 1.0
   */
  props[PROP_STANDARDISE] = pymva_network_parameter_new ("standardise");

  /**
   * PymvaKeras:standardise-targets:
   *
   * Whether the targets of a regression are scaled in the same way while the network learns. The
   * default is `TRUE`. Losses are then in units of the targets' deviations.
   *
   * Since: 1.0
   */
  props[PROP_STANDARDISE_TARGETS] = pymva_network_parameter_new ("standardise-targets");

  /**
   * PymvaKeras:user-code:
   *
   * Python source text that defines functions of the user's; see the class. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_CODE] = pymva_network_parameter_new ("user-code");

  /**
   * PymvaKeras:user-file:
   *
   * A file with Python source text that defines functions of the user's; see the class. It is read
   * at each training. `NULL` by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_FILE] = pymva_network_parameter_new ("user-file");
}

static void
install_optimizer_properties (void)
{
  /**
   * PymvaKeras:optimizer:
   *
   * How the network learns: `"adam"` (the default), `"adamw"`, `"sgd"`, `"rmsprop"` or `"nadam"`.
   *
   * Since: 1.0
   */
  props[PROP_OPTIMIZER] =
    pymva_parameter_choice ("optimizer", "Optimizer", "How the network learns", optimizers);

  /**
   * PymvaKeras:loss:
   *
   * What is to become small: `"auto"` for binary cross entropy with two classes, cross entropy with
   * several, and the mean squared error for a regression; or one of `"binary-cross-entropy"`,
   * `"cross-entropy"`, `"mean-squared-error"`, `"mean-absolute-error"` and `"huber"`. Each event
   * counts by its weight.
   *
   * Since: 1.0
   */
  props[PROP_LOSS] = pymva_network_parameter_new ("loss");

  /**
   * PymvaKeras:metrics:
   *
   * Figures that `iteration` reports beside the loss, as Keras calls them, separated by commas:
   * `"accuracy, auc"`. Each event counts by its weight. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_METRICS] =
    pymva_parameter_string ("metrics", "Metrics", "Figures beside the loss: “accuracy, auc”", "");

  /**
   * PymvaKeras:learning-rate:
   *
   * How far a training step goes. The default is 0.001.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] = pymva_network_parameter_new ("learning-rate");

  /**
   * PymvaKeras:learning-rate-schedule:
   *
   * Learning rates from certain epochs on, the first of which is 0, as PyMVA writes them:
   * `"50,0.01;70,0.005"`. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE_SCHEDULE] = pymva_network_parameter_new ("learning-rate-schedule");

  /**
   * PymvaKeras:momentum:
   *
   * The momentum of the optimizer `"sgd"`. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_MOMENTUM] = pymva_network_parameter_new ("momentum");

  /**
   * PymvaKeras:weight-decay:
   *
   * How strongly large weights are pulled to zero. As Keras does it, by the learning
   * rate and apart from the loss, with any optimizer. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_WEIGHT_DECAY] = pymva_network_parameter_new ("weight-decay");

  /**
   * PymvaKeras:gradient-clipping:
   *
   * The largest norm that the gradient of a training step may have; it is scaled down where it is
   * larger. 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_GRADIENT_CLIPPING] = pymva_network_parameter_new ("gradient-clipping");

  /**
   * PymvaKeras:balance-classes:
   *
   * Whether the event weights are scaled so that all classes weigh the same in the training. The
   * default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_BALANCE_CLASSES] = pymva_network_parameter_new ("balance-classes");
}

static void
install_training_properties (void)
{
  /**
   * PymvaKeras:epochs:
   *
   * How often the network sees each event. The default is 20.
   *
   * Since: 1.0
   */
  props[PROP_EPOCHS] = pymva_network_parameter_new ("epochs");

  /**
   * PymvaKeras:batch-size:
   *
   * How many events make a training step. The default is 100.
   *
   * Since: 1.0
   */
  props[PROP_BATCH_SIZE] = pymva_network_parameter_new ("batch-size");

  /**
   * PymvaKeras:validation-size:
   *
   * How many of the training events judge the training instead of being learnt from: a share such
   * as `"20%"`, the default, or `"0.2"`, or a number such as `"100"`; empty for none. They are
   * drawn by the seed.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_SIZE] = pymva_network_parameter_new ("validation-size");

  /**
   * PymvaKeras:early-stopping:
   *
   * After how many epochs without a smaller validation loss the training ends; 0, the default, or
   * -1 for never.
   *
   * Since: 1.0
   */
  props[PROP_EARLY_STOPPING] = pymva_network_parameter_new ("early-stopping");

  /**
   * PymvaKeras:save-best-only:
   *
   * Whether the network of the epoch with the smallest validation loss is kept, and not that of the
   * last epoch. The default is `TRUE`.
   *
   * Since: 1.0
   */
  props[PROP_SAVE_BEST_ONLY] = pymva_network_parameter_new ("save-best-only");

  /**
   * PymvaKeras:continue-training:
   *
   * Whether the network goes on from what the training before has learnt, or, where there was none,
   * from what [property@Method:trained-model-file] holds, with its scale of inputs and targets, and
   * the state of its optimizer. The layers must be the same. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_CONTINUE_TRAINING] = pymva_network_parameter_new ("continue-training");

  /**
   * PymvaKeras:device:
   *
   * Where the network learns: `"cpu"`, the default, and the fastest for small networks; `"cuda"`,
   * which must be there; or `"auto"` for CUDA where it is there. A model that Python scores uses
   * the same, if it is there.
   *
   * Since: 1.0
   */
  props[PROP_DEVICE] = pymva_network_parameter_new ("device");

  /**
   * PymvaKeras:tensorboard:
   *
   * A folder for the figures of each epoch, as TensorBoard reads them; `NULL`, the default, for
   * none. It needs the Python package `tensorboard`.
   *
   * Since: 1.0
   */
  props[PROP_TENSORBOARD] = pymva_network_parameter_new ("tensorboard");
}

static void
pymva_keras_class_init (PymvaKerasClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "keras";
  method_class->title = "Neural network (Keras)";
  method_class->framework = "keras";
  method_class->module = "keras";
  method_class->bridge = "keras_network";
  method_class->check = pymva_keras_check;
  method_class->add_config = pymva_network_add_config;
  pymva_method_class_install_options (method_class, options);

  install_network_properties ();
  install_optimizer_properties ();
  install_training_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_keras_init (PymvaKeras *self)
{
}

/**
 * pymva_keras_new:
 *
 * Makes a network with two hidden layers of 64 neurons.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaKeras *
pymva_keras_new (void)
{
  return g_object_new (PYMVA_TYPE_KERAS, NULL);
}
