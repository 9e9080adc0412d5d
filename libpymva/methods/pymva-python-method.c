/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-python-method.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"
#include "pymva-user-code-private.h"

/**
 * PymvaPythonMethod:
 *
 * A method that the user writes in Python: functions, a class, or an object.
 *
 * ```python
 * def fit(inputs, targets, weights):
 *     signal = inputs[targets == 1]
 *     return np.average(signal, axis=0, weights=weights[targets == 1])
 *
 * def predict(state, inputs):
 *     return np.exp(-0.5 * np.sum((inputs - state) ** 2, axis=1))
 * ```
 *
 * The code is given as source text ([property@PythonMethod:user-code]), as a file
 * ([property@PythonMethod:user-file]), as the name of a module ([property@PythonMethod:module]), or
 * alive ([property@PythonMethod:object]): an object with these methods, a class, a dictionary of
 * functions, or the pair of `fit` and `predict`. A class is one that has `fit` and `predict`; its
 * objects are what is trained, and their methods have no argument `state`. Of a module with several
 * classes [property@PythonMethod:entry-point] names one.
 *
 * ## What functions are given
 *
 * Each takes the arguments that it names, of those listed; arguments of other names are filled in
 * this order. `X`, `y` and `sample_weight` are good names too.
 *
 * - `fit(inputs, targets, weights, spectators, parameters, config, data, report)` gives the state,
 * - `predict(state, inputs)` the answers,
 * - `importance(state)`, where it is defined, a number per variable.
 *
 * `inputs` is a float32 array, events x variables, that can only be read. `targets` has for two
 * classes 1 for the signal and 0 otherwise, for several classes their numbers, and for a regression
 * float64 numbers: events x targets, or one dimension for a single target. `weights` is float64,
 * one per event; code that takes no weights is refused for events of different ones unless
 * [property@PythonMethod:unsupported-weights] says what to do. `parameters` are the
 * [property@PythonMethod:user-parameters], with which a class is called; `config` are all
 * properties by their names with underscores, among them `seed`; `data` has the names of
 * `variables`, `classes` and `targets`. `report` has `progress(fraction)`, `iteration(index,
 * metrics)`, `cancelled()` and `check()`, which raises the cancellation.
 *
 * Answers are numbers with one row per event: for two classes the probability of the signal, or a
 * column for each of the two, the second of which is the signal's, as scikit-learn has them; for
 * several classes a column each, in order, or class numbers; for a regression a column per target.
 * Of an object that has `predict_proba`, this is asked for classes. Anything else is an error, and
 * exceptions are errors with their tracebacks.
 *
 * ## Batches
 *
 * Instead of `fit`, or with [property@PythonMethod:streamed], events are learnt from in batches:
 *
 * - `get_model(n_variables, n_spectators, n_events, training_fraction, parameters, n_outputs)`
 *   gives a state,
 * - `begin_fit(state, validation_inputs, validation_spectators, validation_targets,
 *   validation_weights, n_batches)` a state,
 * - `partial_fit(state, inputs, targets, weights, spectators, epoch, batch, parameters, classes)`
 *   `False` to stop, or figures by name,
 * - `end_fit(state)` a state.
 *
 * `None` stands for the state that there is. Only `partial_fit` is needed of an object, and one of
 * the first two with it of functions. [property@PythonMethod:epochs] passes are made over all
 * events, [property@PythonMethod:batch-size] at a time, in a new order each; `iteration` reports
 * `epoch` and the figures after each. These are the functions of Belle II's software, whose `apply`
 * and `load` are known as well.
 *
 * A data set of streams ([method@Dataset.add_class_stream]) is learnt from in this way too: its
 * files are read anew in each pass, and memory holds no more than a piece of each file and a batch.
 * Events are mixed within a batch, and batches have a share of each file. Such data sets have no
 * validation events, and no transformations.
 *
 * ## Models
 *
 * The model file holds the source text, or the name of the module, and the state as Python pickles
 * it, or as `dump(state)` gives it in bytes for `load(stored)`. It needs Python, and trust, to be
 * loaded. The classes and functions of a live object must be importable then; a state that cannot
 * be pickled works in the same process, and to save it is `PYMVA_ERROR_UNSUPPORTED`.
 *
 * Code runs in a module of its own, which it shares with no other method. A live object is copied
 * before it is trained, if that is possible; [method@PythonMethod.get_trained_object] gives the
 * trained one.
 *
 * Since: 1.0
 */
struct _PymvaPythonMethod
{
  PymvaMethod parent_instance;
};

G_DEFINE_FINAL_TYPE (PymvaPythonMethod, pymva_python_method, PYMVA_TYPE_METHOD)

enum
{
  PROP_0,
  PROP_USER_CODE,
  PROP_USER_FILE,
  PROP_MODULE,
  PROP_OBJECT,
  PROP_ENTRY_POINT,
  PROP_USER_PARAMETERS,
  PROP_UNSUPPORTED_WEIGHTS,
  PROP_STREAMED,
  PROP_EPOCHS,
  PROP_BATCH_SIZE,
  PROP_VALIDATION_SIZE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char * const weight_policies[] = { "error", "resample", "ignore", NULL };

static const PymvaMethodOption options[] = {
  { "NumEpochs", "epochs" },
  { "UserCode", "user-file" },
  { NULL },
};

static gboolean
pymva_python_method_check (PymvaMethod *method,
                           PymvaAnalysisType analysis_type,
                           GError **error)
{
  g_autofree char *code = NULL;
  g_autofree char *module = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (PymvaObject) object = NULL;
  guint n_given;

  g_object_get (method, "user-code", &code, "user-file", &file, "module", &module,
                "object", &object, NULL);
  n_given = (code != NULL && *code != '\0') + (file != NULL) +
            (module != NULL && *module != '\0') + (object != NULL);
  if (n_given == 1)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The method “%s” %s; set one of “user-code”, “user-file”, “module” and “object”",
               pymva_method_get_title (method),
               n_given == 0 ? "has nothing to train" : "has several things to train");
  return FALSE;
}

static void
install_code_properties (void)
{
  /**
   * PymvaPythonMethod:user-code:
   *
   * Python source text that defines the functions, or a class. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_CODE] =
    pymva_parameter_string ("user-code", "User code", "Functions or a class, as source text", "");

  /**
   * PymvaPythonMethod:user-file:
   *
   * A file with Python source text that defines the functions, or a class. It is read at each
   * training. `NULL` by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_FILE] =
    pymva_parameter_file ("user-file", "User file", "File that defines functions or a class");

  /**
   * PymvaPythonMethod:module:
   *
   * The name of a module of Python that defines the functions, or a class; it is imported. Empty by
   * default.
   *
   * Since: 1.0
   */
  props[PROP_MODULE] =
    pymva_parameter_string ("module", "Module", "Module that defines functions or a class", "");

  /**
   * PymvaPythonMethod:object:
   *
   * A live object with `fit` and `predict`, a class, a module, a dictionary of functions by name,
   * or the pair of `fit` and `predict`. In Python it may be set to any of these itself. `NULL` by
   * default. It belongs to this process, and [method@Method.dup_parameters] leaves it out.
   *
   * Since: 1.0
   */
  props[PROP_OBJECT] =
    pymva_parameter_object ("object", "Object", "Live object, class or functions",
                            PYMVA_TYPE_OBJECT);

  /**
   * PymvaPythonMethod:entry-point:
   *
   * The name of the class, or of an object, within the code or module, where it defines several.
   * Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_ENTRY_POINT] =
    pymva_parameter_string ("entry-point", "Entry point", "Name of the class in the code", "");

  /**
   * PymvaPythonMethod:user-parameters:
   *
   * Parameters for the code, `a{sv}`: a class is called with them, and functions may take them as
   * `parameters`. Empty by default.
   *
   * Since: 1.0
   */
  props[PROP_USER_PARAMETERS] =
    pymva_parameter_dictionary ("user-parameters", "User parameters", "Parameters for the code");
}

static void
install_training_properties (void)
{
  /**
   * PymvaPythonMethod:unsupported-weights:
   *
   * What to do with events of different weights where the code takes no weights: `"error"`, the
   * default; `"resample"`, which draws as many events as there are, each with a probability in
   * proportion to its weight; or `"ignore"`.
   *
   * Since: 1.0
   */
  props[PROP_UNSUPPORTED_WEIGHTS] =
    pymva_parameter_choice ("unsupported-weights", "Unsupported weights",
                            "What to do where the code takes no event weights", weight_policies);

  /**
   * PymvaPythonMethod:streamed:
   *
   * Whether `partial_fit` is called with batches although there is `fit`. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_STREAMED] =
    pymva_parameter_boolean ("streamed", "Streamed", "Whether events come in batches", FALSE);

  /**
   * PymvaPythonMethod:epochs:
   *
   * How often `partial_fit` sees each event. The default is 1.
   *
   * Since: 1.0
   */
  props[PROP_EPOCHS] =
    pymva_parameter_int ("epochs", "Epochs", "How often partial_fit() sees each event",
                         1, 1000000, 1);

  /**
   * PymvaPythonMethod:batch-size:
   *
   * How many events a batch for `partial_fit` has; the last one may have fewer. The default is
   * 1000.
   *
   * Since: 1.0
   */
  props[PROP_BATCH_SIZE] =
    pymva_parameter_int ("batch-size", "Batch size", "Events of a batch for partial_fit()",
                         1, G_MAXINT, 1000);

  /**
   * PymvaPythonMethod:validation-size:
   *
   * How many of the training events `begin_fit` is given to judge the training, and `partial_fit`
   * is not: a share such as `"20%"` or `"0.2"`, or a number such as `"100"`. They are drawn by the
   * seed. The default is `"0"`.
   *
   * Since: 1.0
   */
  props[PROP_VALIDATION_SIZE] =
    pymva_parameter_string ("validation-size", "Validation size",
                            "Events for begin_fit() to judge by: “20%”, “0.2” or “100”", "0");
}

static void
pymva_python_method_class_init (PymvaPythonMethodClass *klass)
{
  PymvaMethodClass *method_class = PYMVA_METHOD_CLASS (klass);

  method_class->name = "python-method";
  method_class->title = "Your own (Python)";
  method_class->framework = "numpy";
  method_class->module = "numpy";
  method_class->bridge = "python_method";
  method_class->check = pymva_python_method_check;
  method_class->add_config = pymva_user_code_add_config;
  pymva_method_class_install_options (method_class, options);
  pymva_method_class_set_learns_batches (method_class);

  install_code_properties ();
  install_training_properties ();
  pymva_method_class_install_parameters (method_class, props, N_PROPS);
}

static void
pymva_python_method_init (PymvaPythonMethod *self)
{
}

/**
 * pymva_python_method_new:
 *
 * Makes a method whose code is still to be given.
 *
 * Returns: (transfer full): a new method
 *
 * Since: 1.0
 */
PymvaPythonMethod *
pymva_python_method_new (void)
{
  return g_object_new (PYMVA_TYPE_PYTHON_METHOD, NULL);
}

/**
 * pymva_python_method_set_functions:
 * @self: a method
 * @fit: the function that trains
 * @predict: the function that answers
 * @error: return location for an error
 *
 * Sets [property@PythonMethod:object] to a pair of functions. They may be functions of the host
 * program, which [method@Interpreter.new_function] makes: `fit` is then given inputs, targets and
 * weights first, and `predict` what `fit` gave and inputs.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_TYPE` where one of them is no function
 *
 * Since: 1.0
 */
gboolean
pymva_python_method_set_functions (PymvaPythonMethod *self,
                                   PymvaObject *fit,
                                   PymvaObject *predict,
                                   GError **error)
{
  g_autoptr (PymvaObject) pair = NULL;

  g_return_val_if_fail (PYMVA_IS_PYTHON_METHOD (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_OBJECT (fit), FALSE);
  g_return_val_if_fail (PYMVA_IS_OBJECT (predict), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!pymva_object_is_callable (fit) || !pymva_object_is_callable (predict))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "%s of the method “%s” is no function",
                   pymva_object_is_callable (fit) ? "predict" : "fit",
                   pymva_method_get_title (PYMVA_METHOD (self)));
      return FALSE;
    }

  pair = pymva_object_new_tuple ((PymvaObject *[]) { fit, predict }, 2, error);
  if (pair == NULL)
    return FALSE;
  g_object_set (self, "object", pair, NULL);

  return TRUE;
}

/**
 * pymva_python_method_get_trained_object:
 * @self: a method
 * @error: return location for an error
 *
 * Gets what the last training made: the trained object, or what the functions gave.
 *
 * Returns: (transfer full): the object, or `NULL` with `PYMVA_ERROR_NOT_TRAINED`
 *
 * Since: 1.0
 */
PymvaObject *
pymva_python_method_get_trained_object (PymvaPythonMethod *self,
                                        GError **error)
{
  g_autoptr (PymvaTrained) trained = NULL;

  g_return_val_if_fail (PYMVA_IS_PYTHON_METHOD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  trained = pymva_method_dup_trained (PYMVA_METHOD (self), error);

  return trained != NULL ? pymva_object_get_attribute (trained->state, "state", error) : NULL;
}
