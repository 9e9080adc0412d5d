/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-interpreter.h>

#include "python/pymva-inbox-private.h"
#include "python/pymva-life-private.h"
#include "python/pymva-output-private.h"

/**
 * PymvaInterpreter:
 *
 * The Python interpreter of the process.
 *
 * There is one per process: [func@Interpreter.get_default] gets it, and making a new object gets
 * the same one. It starts when it is first needed; [method@Interpreter.start] only does so earlier.
 * Where the program already runs Python, as a Python script does that imports this library, that
 * Python is used, and [property@Interpreter:attached] is `TRUE`. Else one is loaded into the
 * process; which one is decided by, in this order:
 *
 *  1. the property [property@Interpreter:environment],
 *  2. the environment variable `PYMVA_PYTHON`, a virtual environment's folder or a Python program,
 *  3. `VIRTUAL_ENV`, an activated virtual environment, if it can be used,
 *  4. the Python of the distribution.
 *
 * Python 3.9 and newer can be used. `PYTHONPATH` and its like are ignored. Once started the
 * interpreter lasts as long as the process: [method@Interpreter.shutdown] runs what Python code
 * wanted to run at its end, and closes it for good.
 *
 * ## The process
 *
 * Signal handlers and the locale stay as the program has set them; Python's handler for
 * interrupts is not installed. On the thread that training runs on, a write to a closed pipe is
 * an exception of Python's and not the signal `SIGPIPE`. In a process made by `fork()` Python
 * cannot be used any more: start processes anew.
 *
 * ## Threads
 *
 * Everything here may be called on any thread. [method@Interpreter.run] and its like run Python on
 * the calling thread; their `_async` forms and all training run on one thread of the library, one
 * after the other. No function returns while it holds Python's global lock.
 *
 * ## Output
 *
 * What Python code prints is emitted as [signal@Interpreter::output] if there is a handler, and
 * goes to the program's standard output and error else. It is logged as well, in the domain
 * `Pymva-Python` at the level `G_LOG_LEVEL_INFO`, which GLib shows only on request. Records of
 * Python's `logging` that no handler of Python's takes, and warnings, are logged there too: errors
 * as `G_LOG_LEVEL_WARNING`, warnings as `G_LOG_LEVEL_MESSAGE`. Where the program already ran Python
 * its streams and its logging are left alone, but for what runs on the library's thread.
 *
 * Since: 1.0
 */
struct _PymvaInterpreter
{
  GObject parent_instance;

  char *environment;
  PymvaInbox *inbox; /* of the thread that made it */
  gint n_notifications;
};

enum
{
  PROP_0,
  PROP_ENVIRONMENT,
  PROP_VERSION,
  PROP_PREFIX,
  PROP_EXECUTABLE,
  PROP_LIBRARY,
  PROP_STATE,
  PROP_ATTACHED,
  N_PROPS,
};

enum
{
  SIGNAL_OUTPUT,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static GMutex default_lock;
static PymvaInterpreter *default_interpreter;

G_DEFINE_FINAL_TYPE (PymvaInterpreter, pymva_interpreter, G_TYPE_OBJECT)

/* There is one: whoever makes one gets it. */
static GObject *
pymva_interpreter_constructor (GType type,
                               guint n_properties,
                               GObjectConstructParam *properties)
{
  GObject *object;

  g_mutex_lock (&default_lock);
  if (default_interpreter == NULL)
    {
      object = G_OBJECT_CLASS (pymva_interpreter_parent_class)->constructor (type, n_properties,
                                                                            properties);
      default_interpreter = PYMVA_INTERPRETER (g_object_ref (object));
    }
  else
    object = g_object_ref (G_OBJECT (default_interpreter));
  g_mutex_unlock (&default_lock);

  return object;
}

static void
pymva_interpreter_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  PymvaInterpreter *self = PYMVA_INTERPRETER (object);

  switch (prop_id)
    {
    case PROP_ENVIRONMENT:
      g_value_set_string (value, self->environment);
      break;
    case PROP_VERSION:
      g_value_set_string (value, pymva_life_get_version ());
      break;
    case PROP_PREFIX:
      g_value_set_string (value, pymva_life_get_prefix ());
      break;
    case PROP_EXECUTABLE:
      g_value_set_string (value, pymva_life_get_executable ());
      break;
    case PROP_LIBRARY:
      g_value_set_string (value, pymva_life_get_library ());
      break;
    case PROP_STATE:
      g_value_set_enum (value, pymva_life_get_state ());
      break;
    case PROP_ATTACHED:
      g_value_set_boolean (value, pymva_life_get_attached ());
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_interpreter_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ENVIRONMENT:
      pymva_interpreter_set_environment (PYMVA_INTERPRETER (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_interpreter_finalize (GObject *object)
{
  PymvaInterpreter *self = PYMVA_INTERPRETER (object);

  g_free (self->environment);
  pymva_inbox_unref (self->inbox);

  G_OBJECT_CLASS (pymva_interpreter_parent_class)->finalize (object);
}

static void
pymva_interpreter_class_init (PymvaInterpreterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructor = pymva_interpreter_constructor;
  object_class->get_property = pymva_interpreter_get_property;
  object_class->set_property = pymva_interpreter_set_property;
  object_class->finalize = pymva_interpreter_finalize;

  /**
   * PymvaInterpreter:environment: (getter get_environment) (setter set_environment)
   *
   * The Python to use: the folder of a virtual environment, or a Python program; `NULL` leaves the
   * choice to the environment variables. It is read when the interpreter starts, and cannot be set
   * after that. Where the program already runs Python it must name the environment of that one.
   *
   * Since: 1.0
   */
  props[PROP_ENVIRONMENT] =
    g_param_spec_string ("environment", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * PymvaInterpreter:version: (getter get_version)
   *
   * The version of Python, for example `"3.11.2"`; `NULL` until it has been started.
   *
   * Since: 1.0
   */
  props[PROP_VERSION] = g_param_spec_string ("version", NULL, NULL, NULL, readable);
  /**
   * PymvaInterpreter:prefix: (getter get_prefix)
   *
   * The folder of Python's environment; `NULL` until it has been started.
   *
   * Since: 1.0
   */
  props[PROP_PREFIX] = g_param_spec_string ("prefix", NULL, NULL, NULL, readable);
  /**
   * PymvaInterpreter:executable: (getter get_executable)
   *
   * The Python program of the environment; `NULL` until it has been started.
   *
   * Since: 1.0
   */
  props[PROP_EXECUTABLE] = g_param_spec_string ("executable", NULL, NULL, NULL, readable);
  /**
   * PymvaInterpreter:library: (getter get_library)
   *
   * The file that Python's code was loaded from, a library or the program itself; `NULL` until it
   * has been started.
   *
   * Since: 1.0
   */
  props[PROP_LIBRARY] = g_param_spec_string ("library", NULL, NULL, NULL, readable);
  /**
   * PymvaInterpreter:state: (getter get_state)
   *
   * Where the interpreter is in its life. Changes are notified on the thread, and in the main
   * context, that the interpreter object was first got on.
   *
   * Since: 1.0
   */
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PYMVA_TYPE_INTERPRETER_STATE,
                                         PYMVA_INTERPRETER_STATE_UNSET, readable);
  /**
   * PymvaInterpreter:attached: (getter get_attached)
   *
   * Whether the program ran Python before; `FALSE` until the interpreter has been started.
   *
   * Since: 1.0
   */
  props[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * PymvaInterpreter::output:
   * @self: the interpreter
   * @stream: where it was printed to
   * @line: one line, without its end
   *
   * Emitted when Python code prints.
   *
   * It is emitted on the thread, and in the main context, that the interpreter object was first got
   * on: at once if Python runs on that thread, else from the main context, or while a function of
   * this library waits there. A line is what ends with a newline or with a carriage return; the
   * rest comes when the running operation ends.
   *
   * Since: 1.0
   */
  signals[SIGNAL_OUTPUT] = g_signal_new ("output", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 2, PYMVA_TYPE_STREAM,
                                         G_TYPE_STRING);
}

static void
pymva_interpreter_init (PymvaInterpreter *self)
{
  self->inbox = pymva_inbox_ref_current ();
}

/* --- for the rest of the layer ------------------------------------------------------------ */

typedef struct
{
  PymvaInterpreter *self;
  PymvaStream stream;
  char *line;
} Output;

static void
output_free (gpointer data)
{
  Output *output = data;

  g_free (output->line);
  g_free (output);
}

static void
output_cb (gpointer data)
{
  Output *output = data;

  g_signal_emit (output->self, signals[SIGNAL_OUTPUT], 0, output->stream, output->line);
}

void
pymva_interpreter_emit_output (PymvaInterpreter *self,
                               PymvaStream stream,
                               const char *line)
{
  if (pymva_inbox_is_own_thread (self->inbox))
    {
      g_signal_emit (self, signals[SIGNAL_OUTPUT], 0, stream, line);
    }
  else
    {
      Output *output = g_new (Output, 1);

      output->self = self; /* it is never freed */
      output->stream = stream;
      output->line = g_strdup (line);
      pymva_inbox_post (self->inbox, NULL, output_cb, output, output_free);
    }
}

gboolean
pymva_interpreter_has_output_handler (PymvaInterpreter *self)
{
  return g_signal_has_handler_pending (self, signals[SIGNAL_OUTPUT], 0, TRUE);
}

static void
notify_cb (gpointer data)
{
  PymvaInterpreter *self = data;

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_VERSION; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
pymva_interpreter_queue_notify (void)
{
  PymvaInterpreter *self = pymva_interpreter_get_default ();

  if (pymva_inbox_is_own_thread (self->inbox))
    notify_cb (self);
  else
    pymva_inbox_post (self->inbox, NULL, notify_cb, self, NULL);
}

/* --- the public side ---------------------------------------------------------------------- */

/**
 * pymva_interpreter_get_default:
 *
 * Gets the interpreter of the process. This does not start it.
 *
 * Returns: (transfer none): the interpreter
 *
 * Since: 1.0
 */
PymvaInterpreter *
pymva_interpreter_get_default (void)
{
  PymvaInterpreter *self = g_atomic_pointer_get (&default_interpreter);

  if (self == NULL)
    {
      self = g_object_new (PYMVA_TYPE_INTERPRETER, NULL);
      /* The process keeps a reference of its own. */
      g_object_unref (self);
    }

  return self;
}

/**
 * pymva_interpreter_get_environment: (get-property environment)
 * @self: the interpreter
 *
 * Gets what was asked for by [method@Interpreter.set_environment].
 *
 * Returns: (nullable): the environment
 *
 * Since: 1.0
 */
const char *
pymva_interpreter_get_environment (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return self->environment;
}

/**
 * pymva_interpreter_set_environment: (set-property environment)
 * @self: the interpreter
 * @environment: (nullable): the folder of a virtual environment, or a Python program
 *
 * Chooses the Python that will be started. Once it was started this is a mistake of the program,
 * which is logged, and changes nothing. Whether the choice can be used is found out at the start.
 *
 * Since: 1.0
 */
void
pymva_interpreter_set_environment (PymvaInterpreter *self,
                                   const char *environment)
{
  g_return_if_fail (PYMVA_IS_INTERPRETER (self));

  if (g_strcmp0 (self->environment, environment) == 0)
    return;
  if (pymva_life_get_state () != PYMVA_INTERPRETER_STATE_UNSET)
    {
      g_warning ("Python was started: its environment cannot be changed to “%s” any more",
                 environment);
      return;
    }

  g_free (self->environment);
  self->environment = g_strdup (environment);
  pymva_life_set_environment (environment);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENVIRONMENT]);
}

/**
 * pymva_interpreter_get_version: (get-property version)
 * @self: the interpreter
 *
 * Gets the version of Python.
 *
 * Returns: (nullable): the version, or `NULL` before the start
 *
 * Since: 1.0
 */
const char *
pymva_interpreter_get_version (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return pymva_life_get_version ();
}

/**
 * pymva_interpreter_get_prefix: (get-property prefix)
 * @self: the interpreter
 *
 * Gets the folder of Python's environment.
 *
 * Returns: (nullable): the folder, or `NULL` before the start
 *
 * Since: 1.0
 */
const char *
pymva_interpreter_get_prefix (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return pymva_life_get_prefix ();
}

/**
 * pymva_interpreter_get_executable: (get-property executable)
 * @self: the interpreter
 *
 * Gets the Python program of the environment.
 *
 * Returns: (nullable): its path, or `NULL` before the start
 *
 * Since: 1.0
 */
const char *
pymva_interpreter_get_executable (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return pymva_life_get_executable ();
}

/**
 * pymva_interpreter_get_library: (get-property library)
 * @self: the interpreter
 *
 * Gets the file that Python's code was loaded from.
 *
 * Returns: (nullable): its path, or `NULL` before the start
 *
 * Since: 1.0
 */
const char *
pymva_interpreter_get_library (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return pymva_life_get_library ();
}

/**
 * pymva_interpreter_get_state: (get-property state)
 * @self: the interpreter
 *
 * Gets where the interpreter is in its life.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
PymvaInterpreterState
pymva_interpreter_get_state (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), PYMVA_INTERPRETER_STATE_UNSET);

  return pymva_life_get_state ();
}

/**
 * pymva_interpreter_get_attached: (get-property attached)
 * @self: the interpreter
 *
 * Gets whether the program ran Python before the library needed it.
 *
 * Returns: whether it did
 *
 * Since: 1.0
 */
gboolean
pymva_interpreter_get_attached (PymvaInterpreter *self)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), FALSE);

  return pymva_life_get_attached ();
}
