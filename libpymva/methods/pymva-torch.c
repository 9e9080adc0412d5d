/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-torch.h>

#include "pymva-method-private.h"
#include "pymva-network-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaTorch:
 *
 * A neural network of PyTorch.
 *
 * A plain network needs no code: its layers, its optimizer and how long it learns are properties.
 * Inputs are standardised, which is part of the model. A share of the training events judges the
 * training, and the epoch that they judge best is kept. `iteration` reports `epoch`,
 * `training_loss`, `validation_loss` and `learning_rate` after each epoch; cancelling takes effect
 * between batches.
 *
 * ## User code
 *
 * [property@Torch:user-code] or [property@Torch:user-file] may define any of these functions; the
 * rest stays as the properties say. Each takes the arguments that it names, of those listed;
 * arguments of other names are filled in this order:
 *
 * | function | gives |
 * | --- | --- |
 * | `model(n_inputs, n_outputs)` | the network, a `torch.nn.Module` |
 * | `criterion()` | a loss `(outputs, targets)`, with one number per event; or is one itself |
 * | `optimizer(params, learning_rate, model)` | a `torch.optim.Optimizer` |
 * | `train(model, inputs, targets, weights, ...)` | the trained module, `None` if it is `model` |
 * | `predict(model, inputs, batch_size)` | the answers, events x outputs |
 *
 * Further arguments of `train()` are `validation_inputs`, `validation_targets`,
 * `validation_weights`, `epochs`, `batch_size`, `criterion`, which takes outputs, targets and
 * weights, `optimizer`, `report`, and `schedule`, which sets the learning rate of the epoch whose
 * number it is called with. `model` may be the network itself.
 *
 * Inputs and targets are float32 tensors on the device that [property@Torch:device] names,
 * standardised unless the properties say not to, or the inputs are transformed. A network for two
 * classes has one output, whose target is 1 for the signal and 0 otherwise, or two, the first of
 * which is the signal's; one for several classes has one output per class. Then targets are class
 * numbers, or rows of 0 and 1 for losses that compare numbers. Outputs are logits, unless a
 * `torch.nn.Sequential` ends with `Sigmoid` or `Softmax`. `weights` have the mean 1, and are `None`
 * where all events weigh the same. `report` has `progress(fraction)`, `iteration(index, metrics)`,
 * `cancelled()` and `check()`, which raises the cancellation.
 *
 * ## PyMVA's functions
 *
 * User code for PyMVA works as it is: if it defines the dictionary `load_model_custom_objects`, its
 * entries count, and not the functions above, but for `model`.
 *
 * | key | value |
 * | --- | --- |
 * | `train_func` | a function that trains, and gives the trained model |
 * | `predict_func` | `predict(model, test_X, batch_size)`: an array, events x outputs |
 * | `criterion` | the loss |
 * | `optimizer` | a class; `torch.optim.SGD` where there is none |
 *
 * `train_func` is called as `fit(model, train_loader, val_loader, num_epochs, batch_size,
 * optimizer, criterion, save_best, scheduler)`. Where it or `predict_func` is missing or `None`,
 * the network is trained, or asked, as any other. The network comes from
 * [property@Torch:model-file], or from `model`. For two classes it has two outputs; the targets are
 * one column of 0 and 1 per class, and the first output is the response. `scheduler` is the pair
 * `(schedule, steps)`, or `(None, None)`, and `schedule(optimizer, epoch, steps)` sets the learning
 * rate of an optimizer, or of those that `train_func` has made of the class that it was given.
 * `save_best(model, loss, best_loss)` keeps the model if the loss is the smallest, and gives the
 * smallest; it is `None` without [property@Torch:save-best-only].
 *
 * The loaders give pairs of inputs and targets, in batches. The event weights are in `criterion`,
 * which weighs the events of the batch that was loaded last; the loaders have all of them as
 * `weights`. A `train_func` that does not ask `criterion` for its losses is refused where events
 * have weights. What loaders and `criterion` see is reported as `iteration`, and cancelling takes
 * effect when a batch is loaded.
 *
 * ## Where code runs
 *
 * Code runs in a module of its own, which it shares with no other method. A chain of known layers
 * (`torch.nn.Sequential`, or a module whose `forward` is one) is scored without Python; any other
 * model needs Python, and trust, to be loaded: [property@Model:engine] is `"python"`.
 *
 * Since: 1.0
 */
struct _PymvaTorch
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaTorch, pymva_torch, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_HIDDEN_LAYERS,
  PROP_ACTIVATION,
  PROP_DROPOUT,
  PROP_BATCH_NORM,
  PROP_OPTIMIZER,
  PROP_LOSS,
  PROP_LEARNING_RATE,
  PROP_LEARNING_RATE_SCHEDULE,
  PROP_MOMENTUM,
  PROP_WEIGHT_DECAY,
  PROP_EPOCHS,
  PROP_BATCH_SIZE,
  PROP_VALIDATION_SIZE,
  PROP_EARLY_STOPPING,
  PROP_SAVE_BEST_ONLY,
  PROP_STANDARDISE,
  PROP_STANDARDISE_TARGETS,
  PROP_GRADIENT_CLIPPING,
  PROP_BALANCE_CLASSES,
  PROP_CONTINUE_TRAINING,
  PROP_DEVICE,
  PROP_TENSORBOARD,
  PROP_MODEL_FILE,
  PROP_MODEL_SHA256,
  PROP_TRUST_MODEL_FILE,
  PROP_USER_CODE,
  PROP_USER_FILE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const PymvaMethodOption options[] = {
  { "NumEpochs", "epochs" },
  { "TriesEarlyStopping", "early-stopping" },
  { "UserCode", "user-file" },
  { "FilenameModel", "model-file" },
  { "TensorBoard", "tensorboard" },
  { NULL },
};

static const char * const optimizers[] = { "adam", "adamw", "sgd", NULL };

static void
install_network_properties (void)
{
  /**
   * PymvaTorch:hidden-layers:
   *
   * How many neurons the layers between inputs and outputs have, separated by commas. The default
   * is `"64,64"`; empty for none.
   *
   * Since: 1.0
   */
  props[PROP_HIDDEN_LAYERS] = pymva_network_parameter_new ("hidden-layers");

  /**
   * PymvaTorch:activation:
   *
   * What follows each hidden layer: `"relu"` (the default), `"leaky-relu"`, `"elu"`, `"selu"`,
   * `"gelu"`, `"silu"`, `"tanh"`, `"sigmoid"`, `"softplus"`, `"hard-tanh"` or `"identity"`, each
   * with torch's parameters.
   *
   * Since: 1.0
   */
  props[PROP_ACTIVATION] = pymva_network_parameter_new ("activation");

  /**
   * PymvaTorch:dropout:
   *
   * The share of neurons of each hidden layer that a training step leaves out, from 0, the default,
   * to below 1.
   *
   * Since: 1.0
   */
  props[PROP_DROPOUT] = pymva_network_parameter_new ("dropout");

  /**
   * PymvaTorch:batch-norm:
   *
   * Whether each hidden layer is normalised over the batch. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_BATCH_NORM] = pymva_network_parameter_new ("batch-norm");

  /**
   * PymvaTorch:standardise:
   *
   * Whether inputs are shifted and scaled to mean 0 and standard deviation 1 of the weighted
   * training events, as a part of the model. The default is `TRUE`. With
   * [property@Method:transforms] it does nothing: inputs are taken as these leave them, and `S` as
   * the last of them standardises.
   *
   * Since: 1.0
   */
  props[PROP_STANDARDISE] = pymva_network_parameter_new ("standardise");

  /**
   * PymvaTorch:standardise-targets:
   *
   * Whether the targets of a regression are scaled in the same way while the network learns. The
   * default is `TRUE`. Losses are then in units of the targets' deviations.
   *
   * Since: 1.0
   */
  props[PROP_STANDARDISE_TARGETS] = pymva_network_parameter_new ("standardise-targets");
}

static void
install_source_properties (void)
{
  /**
   * PymvaTorch:model-file:
   *
   * A TorchScript file, as `torch.jit.save()` writes it, with the network to begin with; `NULL`,
   * the default, for none. It is read after the user code has run, which may write it. Such a file
   * holds code, and is refused unless [property@Torch:model-sha256] or
   * [property@Torch:trust-model-file] grants it trust. The network's outputs are logits, unless it
   * is a chain (`torch.nn.Sequential`) that ends with `Sigmoid` or `Softmax`.
   *
   * Since: 1.0
   */
  props[PROP_MODEL_FILE] =
    pymva_parameter_file ("model-file", "Model file", "TorchScript file to begin with");

  /**
   * PymvaTorch:model-sha256:
   *
   * The SHA-256 digest of the model file, in hexadecimal digits, which grants this very file
   * trust, as [func@Model.load_trusted] does for models; empty by default. A file with another
   * digest is refused.
   *
   * Since: 1.0
   */
  props[PROP_MODEL_SHA256] =
    pymva_parameter_string ("model-sha256", "Digest of the model file",
                            "SHA-256 digest of the model file that is trusted", "");

  /**
   * PymvaTorch:trust-model-file:
   *
   * Whether whatever is in the model file is trusted, and may run with all rights of the program.
   * The default is `FALSE`. Methods that are made as `"PyTorch"` have `TRUE`, since PyMVA's options
   * name that file beside the user code, which may do as much.
   *
   * Since: 1.0
   */
  props[PROP_TRUST_MODEL_FILE] =
    pymva_parameter_boolean ("trust-model-file", "Trust the model file",
                             "Whether code in the model file may run", FALSE);

  /**
   * PymvaTorch:user-code:
   *
   * Python source text that defines functions of the user's; see the class. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_CODE] = pymva_network_parameter_new ("user-code");

  /**
   * PymvaTorch:user-file:
   *
   * A file with Python source text that defines functions of the user's; see the class. It is read
   * at each training. `NULL` by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_FILE] = pymva_network_parameter_new ("user-file");
}

static void
install_training_properties (void)
{
  /**
   * PymvaTorch:optimizer:
   *
   * How the network learns: `"adam"` (the default), `"adamw"` or `"sgd"`.
   *
   * Since: 1.0
   */
  props[PROP_OPTIMIZER] =
    pymva_parameter_choice ("optimizer", "Optimizer", "How the network learns", optimizers);

  /**
   * PymvaTorch:loss:
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
   * PymvaTorch:learning-rate:
   *
   * How far a training step goes. The default is 0.001.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE] = pymva_network_parameter_new ("learning-rate");

  /**
   * PymvaTorch:learning-rate-schedule:
   *
   * Learning rates from certain epochs on, the first of which is 0, as PyMVA writes them:
   * `"50,0.01;70,0.005"`. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_LEARNING_RATE_SCHEDULE] = pymva_network_parameter_new ("learning-rate-schedule");

  /**
   * PymvaTorch:momentum:
   *
   * The momentum of the optimizer `"sgd"`. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_MOMENTUM] = pymva_network_parameter_new ("momentum");

  /**
   * PymvaTorch:weight-decay:
   *
   * How strongly large weights are pulled to zero. The default is 0.
   *
   * Since: 1.0
   */
  props[PROP_WEIGHT_DECAY] = pymva_network_parameter_new ("weight-decay");

  /**
   * PymvaTorch:epochs:
   *
   * How often the network sees each event. The default is 20.
   *
   * Since: 1.0
   */
  props[PROP_EPOCHS] = pymva_network_parameter_new ("epochs");

  /**
   * PymvaTorch:batch-size:
   *
   * How many events make a training step. The default is 100.
   *
   * Since: 1.0
   */
  props[PROP_BATCH_SIZE] = pymva_network_parameter_new ("batch-size");

  /**
   * PymvaTorch:validation-size:
   *
   * How many of the training events judge the training instead of being learnt from: a share such
   * as `"20%"`, the default, or `"0.2"`, or a number such as `"100"`; empty for none. They are
   * drawn by the seed.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_SIZE] = pymva_network_parameter_new ("validation-size");

  /**
   * PymvaTorch:early-stopping:
   *
   * After how many epochs without a smaller validation loss the training ends; 0, the default, or
   * -1 for never.
   *
   * Since: 1.0
   */
  props[PROP_EARLY_STOPPING] = pymva_network_parameter_new ("early-stopping");

  /**
   * PymvaTorch:save-best-only:
   *
   * Whether the network of the epoch with the smallest validation loss is kept, and not that of the
   * last epoch. The default is `TRUE`.
   *
   * Since: 1.0
   */
  props[PROP_SAVE_BEST_ONLY] = pymva_network_parameter_new ("save-best-only");
}

static void
install_course_properties (void)
{
  /**
   * PymvaTorch:gradient-clipping:
   *
   * The largest norm that the gradient of a training step may have; it is scaled down where it is
   * larger. 0, the default, for no limit.
   *
   * Since: 1.0
   */
  props[PROP_GRADIENT_CLIPPING] = pymva_network_parameter_new ("gradient-clipping");

  /**
   * PymvaTorch:balance-classes:
   *
   * Whether the event weights are scaled so that all classes weigh the same in the training. The
   * default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_BALANCE_CLASSES] = pymva_network_parameter_new ("balance-classes");

  /**
   * PymvaTorch:continue-training:
   *
   * Whether training goes on with what the method has learnt before, or, where it has not been
   * trained, with the model in [property@Method:trained-model-file]. The network must be the same;
   * it keeps its scales of inputs and targets, and the optimizer begins anew. No code in the file
   * runs. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_CONTINUE_TRAINING] = pymva_network_parameter_new ("continue-training");

  /**
   * PymvaTorch:device:
   *
   * Where the network learns: `"cpu"`, the default, and the fastest for small networks; `"cuda"`,
   * which must be there; or `"auto"` for CUDA where it is there. A model that Python scores uses
   * the same, if it is there.
   *
   * Since: 1.0
   */
  props[PROP_DEVICE] = pymva_network_parameter_new ("device");

  /**
   * PymvaTorch:tensorboard:
   *
   * A folder for the figures of each epoch, as TensorBoard reads them; `NULL`, the default, for
   * none. It needs the Python package `tensorboard`.
   *
   * Since: 1.0
   */
  props[PROP_TENSORBOARD] = pymva_network_parameter_new ("tensorboard");
}

static void
pymva_torch_class_init (PymvaTorchClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "torch";
  method_class->title = "Neural network (PyTorch)";
  method_class->framework = "torch";
  method_class->module = "torch";
  method_class->bridge = "torch_network";
  method_class->check = pymva_network_check;
  method_class->add_config = pymva_network_add_config;
  pymva_method_class_install_options (method_class, options);

  install_network_properties ();
  install_source_properties ();
  install_training_properties ();
  install_course_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_torch_init (PymvaTorch *self)
{
}

/**
 * pymva_torch_new:
 *
 * Makes a network with two hidden layers of 64 neurons.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaTorch *
pymva_torch_new (void)
{
  return g_object_new (PYMVA_TYPE_TORCH, NULL);
}
