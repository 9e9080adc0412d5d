/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-method-info.h>

#include "pymva-adapter-private.h"
#include "pymva-method-private.h"
#include "pymva-parameter-info-private.h"

/**
 * PymvaMethodInfo:
 *
 * What a front end needs to know of a method before there is one: what it is called, which
 * framework it needs, whether that is there and if not why, and its hyperparameters.
 *
 * ```python
 * for info in Pymva.MethodInfo.list_all():
 *     info.check(None)
 *     print(info.get_title(), info.get_problem() or info.get_framework_version())
 * ```
 *
 * A method is made with [func@Method.create_for_name] and the name, or with the type.
 *
 * These objects belong to the thread that made the list. Looking for a framework starts Python on
 * its worker; notifications are emitted on the thread and in the main context of the caller.
 *
 * Since: 1.0
 */
struct _PymvaMethodInfo
{
  GObject parent_instance;

  PymvaMethodClass *klass;
  const char *pymva_name;
  PymvaAvailability availability;
  char *framework_version;
  char *problem;
};

G_DEFINE_FINAL_TYPE (PymvaMethodInfo, pymva_method_info, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_PYMVA_NAME,
  PROP_TITLE,
  PROP_FRAMEWORK,
  PROP_METHOD_TYPE,
  PROP_AVAILABILITY,
  PROP_FRAMEWORK_VERSION,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
pymva_method_info_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  PymvaMethodInfo *self = PYMVA_METHOD_INFO (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, pymva_method_info_get_name (self));
      break;
    case PROP_PYMVA_NAME:
      g_value_set_string (value, pymva_method_info_get_pymva_name (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, pymva_method_info_get_title (self));
      break;
    case PROP_FRAMEWORK:
      g_value_set_string (value, pymva_method_info_get_framework (self));
      break;
    case PROP_METHOD_TYPE:
      g_value_set_gtype (value, pymva_method_info_get_method_type (self));
      break;
    case PROP_AVAILABILITY:
      g_value_set_enum (value, pymva_method_info_get_availability (self));
      break;
    case PROP_FRAMEWORK_VERSION:
      g_value_set_string (value, pymva_method_info_get_framework_version (self));
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, pymva_method_info_get_problem (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_method_info_finalize (GObject *object)
{
  PymvaMethodInfo *self = PYMVA_METHOD_INFO (object);

  g_clear_pointer (&self->klass, g_type_class_unref);
  g_clear_pointer (&self->framework_version, g_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (pymva_method_info_parent_class)->finalize (object);
}

static void
install_constant_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * PymvaMethodInfo:name: (getter get_name)
   *
   * The name that [func@Method.create_for_name] takes, for example `"random-forest"`.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * PymvaMethodInfo:pymva-name: (getter get_pymva_name)
   *
   * The name of the same method in PyMVA, for example `"PyRandomForest"`; `NULL` where PyMVA has
   * none.
   *
   * Since: 1.0
   */
  props[PROP_PYMVA_NAME] = g_param_spec_string ("pymva-name", NULL, NULL, NULL, flags);

  /**
   * PymvaMethodInfo:title: (getter get_title)
   *
   * What people call the method, for example `"Random forest"`.
   *
   * Since: 1.0
   */
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * PymvaMethodInfo:framework: (getter get_framework)
   *
   * The Python package that it needs, as people install it; `NULL` where it needs none.
   *
   * Since: 1.0
   */
  props[PROP_FRAMEWORK] = g_param_spec_string ("framework", NULL, NULL, NULL, flags);

  /**
   * PymvaMethodInfo:method-type: (getter get_method_type)
   *
   * The class of the method.
   *
   * Since: 1.0
   */
  props[PROP_METHOD_TYPE] =
    g_param_spec_gtype ("method-type", NULL, NULL, G_TYPE_NONE, flags);
}

static void
install_found_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * PymvaMethodInfo:availability: (getter get_availability)
   *
   * Whether the framework is there: `PYMVA_AVAILABILITY_UNKNOWN` before
   * [method@MethodInfo.check].
   *
   * Since: 1.0
   */
  props[PROP_AVAILABILITY] =
    g_param_spec_enum ("availability", NULL, NULL, PYMVA_TYPE_AVAILABILITY,
                       PYMVA_AVAILABILITY_UNKNOWN, flags);

  /**
   * PymvaMethodInfo:framework-version: (getter get_framework_version)
   *
   * The version of the framework that was found, or `NULL`.
   *
   * Since: 1.0
   */
  props[PROP_FRAMEWORK_VERSION] =
    g_param_spec_string ("framework-version", NULL, NULL, NULL, flags);

  /**
   * PymvaMethodInfo:problem: (getter get_problem)
   *
   * Why the method is not available, and how to mend that; `NULL` otherwise.
   *
   * Since: 1.0
   */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
}

static void
pymva_method_info_class_init (PymvaMethodInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_method_info_get_property;
  object_class->finalize = pymva_method_info_finalize;

  install_constant_properties ();
  install_found_properties ();
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_method_info_init (PymvaMethodInfo *self)
{
}

/**
 * pymva_method_info_list_all:
 *
 * Lists the methods that the library has, in the order in which a front end would show them. Needs
 * no Python; whether a method's framework is there says [method@MethodInfo.check].
 *
 * Returns: (transfer full): a list of [class@MethodInfo]
 *
 * Since: 1.0
 */
GListModel *
pymva_method_info_list_all (void)
{
  GListStore *list = g_list_store_new (PYMVA_TYPE_METHOD_INFO);

  for (guint i = 0; pymva_method_get_registered (i) != G_TYPE_INVALID; i++)
    {
      g_autoptr (PymvaMethodInfo) info = g_object_new (PYMVA_TYPE_METHOD_INFO, NULL);

      info->klass = g_type_class_ref (pymva_method_get_registered (i));
      info->pymva_name = pymva_method_get_pymva_name (i);
      g_list_store_append (list, info);
    }

  return G_LIST_MODEL (list);
}

/**
 * pymva_method_info_get_name: (get-property name)
 * @self: a method's description
 *
 * Gets the name that [func@Method.create_for_name] takes.
 *
 * Returns: (transfer none) (nullable): the name, for example `"random-forest"`
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_name (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->klass != NULL ? self->klass->name : NULL;
}

/**
 * pymva_method_info_get_pymva_name: (get-property pymva-name)
 * @self: a method's description
 *
 * Gets the name that the method has in PyMVA. A method made by that name has PyMVA's defaults.
 *
 * Returns: (transfer none) (nullable): the name, or `NULL` where PyMVA has no such method
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_pymva_name (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->pymva_name;
}

/**
 * pymva_method_info_get_title: (get-property title)
 * @self: a method's description
 *
 * Gets what people call the method.
 *
 * Returns: (transfer none) (nullable): the title, for example `"Random forest"`
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_title (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->klass != NULL ? self->klass->title : NULL;
}

/**
 * pymva_method_info_get_framework: (get-property framework)
 * @self: a method's description
 *
 * Gets the Python package that the method needs, as people install it.
 *
 * Returns: (transfer none) (nullable): the package, for example `"scikit-learn"`, or `NULL`
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_framework (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->klass != NULL ? self->klass->framework : NULL;
}

/**
 * pymva_method_info_get_method_type: (get-property method-type)
 * @self: a method's description
 *
 * Gets the class of the method.
 *
 * Returns: a type derived from [class@Method]
 *
 * Since: 1.0
 */
GType
pymva_method_info_get_method_type (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), G_TYPE_NONE);

  return self->klass != NULL ? G_TYPE_FROM_CLASS (self->klass) : G_TYPE_NONE;
}

/**
 * pymva_method_info_get_availability: (get-property availability)
 * @self: a method's description
 *
 * Gets whether the method's framework is there, as [method@MethodInfo.check] found it.
 *
 * Returns: the availability
 *
 * Since: 1.0
 */
PymvaAvailability
pymva_method_info_get_availability (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), PYMVA_AVAILABILITY_UNKNOWN);

  return self->availability;
}

/**
 * pymva_method_info_get_framework_version: (get-property framework-version)
 * @self: a method's description
 *
 * Gets the version of the framework, as [method@MethodInfo.check] found it.
 *
 * Returns: (transfer none) (nullable): the version, or `NULL`
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_framework_version (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->framework_version;
}

/**
 * pymva_method_info_get_problem: (get-property problem)
 * @self: a method's description
 *
 * Gets why the method is not available, and how to mend that.
 *
 * Returns: (transfer none) (nullable): the problem, or `NULL`
 *
 * Since: 1.0
 */
const char *
pymva_method_info_get_problem (PymvaMethodInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  return self->problem;
}

/**
 * pymva_method_info_list_parameters:
 * @self: a method's description
 *
 * Lists what can be set for a training: the method's own hyperparameters in the order of its
 * documentation, then what all methods have.
 *
 * Returns: (transfer full): a list of [class@ParameterInfo]
 *
 * Since: 1.0
 */
GListModel *
pymva_method_info_list_parameters (PymvaMethodInfo *self)
{
  GListStore *list;
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs = 0;

  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), NULL);

  list = g_list_store_new (PYMVA_TYPE_PARAMETER_INFO);
  if (self->klass != NULL)
    pspecs = g_object_class_list_properties (G_OBJECT_CLASS (self->klass), &n_pspecs);
  for (int own = TRUE; own >= FALSE; own--)
    for (guint i = 0; i < n_pspecs; i++)
      if (pymva_method_is_setting (pspecs[i])
          && (pspecs[i]->owner_type != PYMVA_TYPE_METHOD) == own)
        {
          g_autoptr (PymvaParameterInfo) info = pymva_parameter_info_new (self->klass, pspecs[i]);

          g_list_store_append (list, info);
        }

  return G_LIST_MODEL (list);
}

/* --- looking for the framework ------------------------------------------------------------ */

/* Counted: an abandoned job keeps it. */
typedef struct
{
  const char *module;
  const char *framework;
  char *version;
  char *problem;
} Search;

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->problem, g_free);
}

static void
search_unref (Search *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) search_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_unref)

static Search *
search_new (PymvaMethodInfo *info)
{
  Search *self = g_atomic_rc_box_new0 (Search);

  /* A method that needs no framework of its own needs NumPy, as all do. */
  self->module = info->klass->module != NULL ? info->klass->module : "numpy";
  self->framework = info->klass->framework != NULL ? info->klass->framework : "numpy";

  return self;
}

static gboolean
search_job (PymvaJob *job,
            gpointer data,
            GError **error)
{
  Search *self = data;
  g_autoptr (PymvaObject) bridge = NULL;
  g_autoptr (PymvaObject) answer = NULL;
  g_autoptr (GVariant) found = NULL;

  bridge = pymva_bridge_import ("environment", error);
  if (bridge == NULL)
    return FALSE;
  answer = pymva_object_call_method (bridge, "find",
                                     g_variant_new ("(ss)", self->module, self->framework), NULL,
                                     error);
  if (answer == NULL)
    return FALSE;
  found = pymva_object_to_variant (answer, error);
  if (found == NULL)
    return FALSE;
  g_variant_get (found, "(ss)", &self->version, &self->problem);

  return TRUE;
}

static void
set_found (PymvaMethodInfo *self,
           const char *version,
           const char *problem)
{
  GObject *object = G_OBJECT (self);
  PymvaAvailability availability = *problem == '\0' ? PYMVA_AVAILABILITY_AVAILABLE
                                                    : PYMVA_AVAILABILITY_UNAVAILABLE;

  g_object_freeze_notify (object);
  if (g_strcmp0 (self->framework_version, *version != '\0' ? version : NULL) != 0)
    {
      g_free (self->framework_version);
      self->framework_version = *version != '\0' ? g_strdup (version) : NULL;
      g_object_notify_by_pspec (object, props[PROP_FRAMEWORK_VERSION]);
    }
  if (g_strcmp0 (self->problem, *problem != '\0' ? problem : NULL) != 0)
    {
      g_free (self->problem);
      self->problem = *problem != '\0' ? g_strdup (problem) : NULL;
      g_object_notify_by_pspec (object, props[PROP_PROBLEM]);
    }
  if (self->availability != availability)
    {
      self->availability = availability;
      g_object_notify_by_pspec (object, props[PROP_AVAILABILITY]);
    }
  g_object_thaw_notify (object);
}

/* That Python itself cannot be had is an answer too; that nobody wants to know any more is not. */
static gboolean
take_answer (PymvaMethodInfo *self,
             const Search *search,
             GError *failure,
             GError **error)
{
  if (failure == NULL)
    set_found (self, search->version, search->problem);
  else if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  else
    {
      set_found (self, "", failure->message);
      g_error_free (failure);
    }

  return TRUE;
}

/**
 * pymva_method_info_check:
 * @self: a method's description
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Looks whether the method's framework is there, in the Python that the library uses, and starts
 * that where needed. Nothing is imported. The answer is in [property@MethodInfo:availability],
 * [property@MethodInfo:framework-version] and [property@MethodInfo:problem]; that there is no
 * Python to start is an answer as well.
 *
 * Returns: `TRUE` if there is an answer, or `FALSE` with `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
gboolean
pymva_method_info_check (PymvaMethodInfo *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (Search) search = NULL;
  GError *failure = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), FALSE);
  g_return_val_if_fail (self->klass != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  search = search_new (self);
  pymva_job_run (search_job, g_atomic_rc_box_acquire (search), (GDestroyNotify) search_unref,
                 NULL, NULL, cancellable, &failure);

  return take_answer (self, search, failure, error);
}

static void
checked_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PymvaMethodInfo *self = PYMVA_METHOD_INFO (source);
  GError *failure = NULL;
  GError *error = NULL;

  g_task_propagate_boolean (G_TASK (result), &failure);
  if (take_answer (self, g_task_get_task_data (task), failure, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_method_info_check_async:
 * @self: a method's description
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (scope async) (closure user_data): called when there is an answer, in the caller's
 *   main context
 * @user_data: data for @callback
 *
 * Looks whether the method's framework is there, without waiting: see
 * [method@MethodInfo.check].
 *
 * Since: 1.0
 */
void
pymva_method_info_check_async (PymvaMethodInfo *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) job_task = NULL;
  GTask *task;
  Search *search;

  g_return_if_fail (PYMVA_IS_METHOD_INFO (self));
  g_return_if_fail (self->klass != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  search = search_new (self);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_method_info_check_async);
  /* Whether it was cancelled is for the inner task to say, so that an answer is never lost. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, search, (GDestroyNotify) search_unref);
  job_task = g_task_new (self, cancellable, checked_cb, task);
  pymva_job_run_async (job_task, search_job, g_atomic_rc_box_acquire (search),
                       (GDestroyNotify) search_unref, NULL, NULL);
}

/**
 * pymva_method_info_check_finish:
 * @self: a method's description
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Gets how [method@MethodInfo.check_async] ended.
 *
 * Returns: `TRUE` if there is an answer, or `FALSE` with `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
gboolean
pymva_method_info_check_finish (PymvaMethodInfo *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (PYMVA_IS_METHOD_INFO (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
