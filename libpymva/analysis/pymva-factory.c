/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-factory-private.h"

/**
 * PymvaFactory:
 *
 * Any number of methods that are trained, tested and compared on the same events.
 *
 * It is what TMVA calls by that name: methods are booked on a data set, and then all of them are
 * trained, tested and evaluated; [method@Factory.format_tables] gives the tables that TMVA prints.
 * As a list model it holds the methods in the order in which they were booked.
 *
 * ```c
 * g_autoptr (PymvaFactory) factory = pymva_factory_new ("example", dataset);
 *
 * pymva_factory_book (factory, forest);
 * pymva_factory_book (factory, network);
 * if (!pymva_factory_train_all (factory, NULL, &error))
 *   g_printerr ("%s\n", error->message);
 * pymva_factory_evaluate_all (factory, NULL, NULL);
 * tables = pymva_factory_format_tables (factory);
 * ```
 *
 * A method that fails does not keep the others from being trained. At the end an error lists all
 * failures; the results of the others are kept, and [method@Factory.get_failure] has the error of
 * each. Only a cancellation, or a data set that cannot be prepared, ends the work at once.
 *
 * Each method has its own transformations, hyperparameters and signals; see [class@Method].
 *
 * ## Threads
 *
 * A factory belongs to the thread that uses it. Its signals, and those of the methods, are emitted
 * on the thread of the caller: while it waits, or in its main context for the functions that do
 * not wait.
 *
 * Since: 1.0
 */

static void pymva_factory_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PymvaFactory, pymva_factory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      pymva_factory_list_model_init))

enum
{
  PROP_0,
  PROP_JOB,
  PROP_DATASET,
  PROP_ITEM_TYPE,
  PROP_N_ITEMS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_METHOD_STARTED,
  SIGNAL_METHOD_TRAINED,
  SIGNAL_METHOD_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GType
pymva_factory_get_item_type (GListModel *model)
{
  return PYMVA_TYPE_METHOD;
}

static guint
pymva_factory_get_n_items (GListModel *model)
{
  return PYMVA_FACTORY (model)->entries->len;
}

static gpointer
pymva_factory_get_item (GListModel *model,
                        guint position)
{
  PymvaFactory *self = PYMVA_FACTORY (model);
  PymvaFactoryEntry *entry;

  if (position >= self->entries->len)
    return NULL;

  entry = g_ptr_array_index (self->entries, position);
  return g_object_ref (entry->method);
}

static void
pymva_factory_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = pymva_factory_get_item_type;
  iface->get_n_items = pymva_factory_get_n_items;
  iface->get_item = pymva_factory_get_item;
}

void
pymva_factory_entry_reset (PymvaFactoryEntry *entry)
{
  for (guint part = 0; part < G_N_ELEMENTS (entry->responses); part++)
    {
      g_clear_object (&entry->responses[part]);
      g_clear_object (&entry->evaluations[part]);
    }
  g_clear_error (&entry->failure);
}

static void
entry_free (PymvaFactoryEntry *entry)
{
  pymva_factory_entry_reset (entry);
  g_clear_object (&entry->method);
  g_free (entry);
}

static void
pymva_factory_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PymvaFactory *self = PYMVA_FACTORY (object);

  switch (prop_id)
    {
    case PROP_JOB:
      g_value_set_string (value, self->job);
      break;
    case PROP_DATASET:
      g_value_set_object (value, self->dataset);
      break;
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, PYMVA_TYPE_METHOD);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->entries->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_factory_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  PymvaFactory *self = PYMVA_FACTORY (object);

  switch (prop_id)
    {
    case PROP_JOB:
      self->job = g_value_dup_string (value);
      break;
    case PROP_DATASET:
      self->dataset = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_factory_dispose (GObject *object)
{
  PymvaFactory *self = PYMVA_FACTORY (object);

  g_ptr_array_set_size (self->entries, 0);
  g_clear_object (&self->dataset);

  G_OBJECT_CLASS (pymva_factory_parent_class)->dispose (object);
}

static void
pymva_factory_finalize (GObject *object)
{
  PymvaFactory *self = PYMVA_FACTORY (object);

  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->job, g_free);

  G_OBJECT_CLASS (pymva_factory_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * PymvaFactory:job: (getter get_job)
   *
   * What the work is called in tables.
   *
   * Since: 1.0
   */
  props[PROP_JOB] =
    g_param_spec_string ("job", "Job", "What the work is called in tables", NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaFactory:dataset: (getter get_dataset)
   *
   * The events.
   *
   * Since: 1.0
   */
  props[PROP_DATASET] =
    g_param_spec_object ("dataset", "Data set", "The events", PYMVA_TYPE_DATASET,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaFactory:item-type:
   *
   * The type of the items: [class@Method].
   *
   * Since: 1.0
   */
  props[PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", "Item type", "The type of the items", PYMVA_TYPE_METHOD,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaFactory:n-items:
   *
   * The number of methods that are booked. Notified by [method@Factory.book].
   *
   * Since: 1.0
   */
  props[PROP_N_ITEMS] =
    g_param_spec_uint ("n-items", "Number of items", "The number of methods", 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
install_signals (void)
{
  /**
   * PymvaFactory::method-started:
   * @self: the factory
   * @method: the method
   *
   * Emitted before a method is trained, on the thread and in the main context of the caller of
   * [method@Factory.train_all] or [method@Factory.train_all_async].
   *
   * Since: 1.0
   */
  signals[SIGNAL_METHOD_STARTED] =
    g_signal_new ("method-started", PYMVA_TYPE_FACTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, PYMVA_TYPE_METHOD);

  /**
   * PymvaFactory::method-trained:
   * @self: the factory
   * @method: the method
   *
   * Emitted after a method was trained, on the thread and in the main context of the caller of
   * [method@Factory.train_all] or [method@Factory.train_all_async].
   *
   * Since: 1.0
   */
  signals[SIGNAL_METHOD_TRAINED] =
    g_signal_new ("method-trained", PYMVA_TYPE_FACTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, PYMVA_TYPE_METHOD);

  /**
   * PymvaFactory::method-failed:
   * @self: the factory
   * @method: the method
   * @error: what went wrong
   *
   * Emitted where training, testing or evaluating a method failed, before the next one is begun; on
   * the thread and in the main context of the caller.
   *
   * Since: 1.0
   */
  signals[SIGNAL_METHOD_FAILED] =
    g_signal_new ("method-failed", PYMVA_TYPE_FACTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, PYMVA_TYPE_METHOD, G_TYPE_ERROR);
}

static void
pymva_factory_class_init (PymvaFactoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_factory_get_property;
  object_class->set_property = pymva_factory_set_property;
  object_class->dispose = pymva_factory_dispose;
  object_class->finalize = pymva_factory_finalize;

  install_properties (object_class);
  install_signals ();
}

static void
pymva_factory_init (PymvaFactory *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

void
pymva_factory_emit_started (PymvaFactory *self,
                            PymvaFactoryEntry *entry)
{
  g_signal_emit (self, signals[SIGNAL_METHOD_STARTED], 0, entry->method);
}

void
pymva_factory_emit_trained (PymvaFactory *self,
                            PymvaFactoryEntry *entry)
{
  g_signal_emit (self, signals[SIGNAL_METHOD_TRAINED], 0, entry->method);
}

void
pymva_factory_fail (PymvaFactory *self,
                    PymvaFactoryEntry *entry,
                    GError *error)
{
  g_clear_error (&entry->failure);
  entry->failure = error;
  g_signal_emit (self, signals[SIGNAL_METHOD_FAILED], 0, entry->method, error);
}

/**
 * pymva_factory_new:
 * @job: what the work is called in tables
 * @dataset: the events that all methods are trained and tested with
 *
 * Makes a factory without methods.
 *
 * Returns: (transfer full): the factory
 *
 * Since: 1.0
 */
PymvaFactory *
pymva_factory_new (const char *job,
                   PymvaDataset *dataset)
{
  g_return_val_if_fail (job != NULL, NULL);
  g_return_val_if_fail (PYMVA_IS_DATASET (dataset), NULL);

  return g_object_new (PYMVA_TYPE_FACTORY, "job", job, "dataset", dataset, NULL);
}

/**
 * pymva_factory_get_job: (get-property job)
 * @self: a factory
 *
 * Gets what the work is called in tables.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
pymva_factory_get_job (PymvaFactory *self)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);

  return self->job;
}

/**
 * pymva_factory_get_dataset: (get-property dataset)
 * @self: a factory
 *
 * Gets the events.
 *
 * Returns: (transfer none) (nullable): the data set
 *
 * Since: 1.0
 */
PymvaDataset *
pymva_factory_get_dataset (PymvaFactory *self)
{
  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);

  return self->dataset;
}

PymvaFactoryEntry *
pymva_factory_find (PymvaFactory *self,
                    const char *title)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_strcmp0 (pymva_method_get_title (entry->method), title) == 0)
        return entry;
    }

  return NULL;
}

static gboolean
is_booked (PymvaFactory *self,
           PymvaMethod *method)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->method == method)
        return TRUE;
    }

  return FALSE;
}

/* A title that exists becomes "title (2)". */
static void
make_title_unique (PymvaFactory *self,
                   PymvaMethod *method)
{
  g_autofree char *title = g_strdup (pymva_method_get_title (method));

  for (guint number = 2; pymva_factory_find (self, pymva_method_get_title (method)) != NULL;
       number++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s (%u)", title, number);

      pymva_method_set_title (method, numbered);
    }
}

/**
 * pymva_factory_book:
 * @self: a factory
 * @method: a method that is not booked yet
 *
 * Adds a method. If one of its title is booked already, it is renamed to `title (2)`, or with the
 * next number that is free.
 *
 * Since: 1.0
 */
void
pymva_factory_book (PymvaFactory *self,
                    PymvaMethod *method)
{
  PymvaFactoryEntry *entry;

  g_return_if_fail (PYMVA_IS_FACTORY (self));
  g_return_if_fail (PYMVA_IS_METHOD (method));
  g_return_if_fail (!is_booked (self, method));

  make_title_unique (self, method);
  entry = g_new0 (PymvaFactoryEntry, 1);
  entry->method = g_object_ref (method);
  g_ptr_array_add (self->entries, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), self->entries->len - 1, 0, 1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_ITEMS]);
}

/**
 * pymva_factory_get_method:
 * @self: a factory
 * @title: the title of a method
 *
 * Gets a method that is booked.
 *
 * Returns: (transfer none) (nullable): the method, or `NULL` where none has that title
 *
 * Since: 1.0
 */
PymvaMethod *
pymva_factory_get_method (PymvaFactory *self,
                          const char *title)
{
  PymvaFactoryEntry *entry;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (title != NULL, NULL);

  entry = pymva_factory_find (self, title);
  return entry != NULL ? entry->method : NULL;
}

/**
 * pymva_factory_list_titles:
 * @self: a factory
 *
 * Lists the titles of the methods, in the order in which they were booked.
 *
 * Returns: (transfer full) (array zero-terminated=1): the titles
 *
 * Since: 1.0
 */
char **
pymva_factory_list_titles (PymvaFactory *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      PymvaFactoryEntry *entry = g_ptr_array_index (self->entries, i);

      g_strv_builder_add (builder, pymva_method_get_title (entry->method));
    }

  return g_strv_builder_end (builder);
}
