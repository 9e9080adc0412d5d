/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/backend/pymva-backend-internal.h"

/* A reference that its owner gave up. Owners live on any thread, garbage collectors' among them,
 * where waiting for the GIL could block for seconds or for ever; so references are put on a list
 * without a lock, and the next who holds the GIL drops them. */
typedef struct _Dropped Dropped;
struct _Dropped
{
  Dropped *next;
  PyObject *object;      /* or, of a thread that has ended, */
  PyThreadState *thread;
};

/* The worker is woken for dropped references at most this often, in microseconds: those who call
 * Python in a loop drop them on their next call anyway. What is dropped in between waits for the
 * worker to look again, which it does some time after it was woken. */
#define WAKE_INTERVAL 100000

static Dropped *dropped_head;
static gint64 last_wake;
static gint forked;

void
pymva_backend_mark_forked (void)
{
  g_atomic_int_set (&forked, TRUE);
}

static void
drop (PyObject *object,
      PyThreadState *thread)
{
  Dropped *node;
  Dropped *head;

  if (g_atomic_int_get (&forked))
    return;

  node = g_new (Dropped, 1);
  node->object = object;
  node->thread = thread;
  do
    {
      head = g_atomic_pointer_get (&dropped_head);
      node->next = head;
    }
  while (!g_atomic_pointer_compare_and_exchange (&dropped_head, head, node));

  if (head == NULL)
    {
      gint64 now = g_get_monotonic_time ();

      if (now - __atomic_load_n (&last_wake, __ATOMIC_RELAXED) >= WAKE_INTERVAL)
        {
          __atomic_store_n (&last_wake, now, __ATOMIC_RELAXED);
          pymva_backend_host->wake ();
        }
    }
}

void
pymva_backend_unref (PymvaPy *object)
{
  if (object != NULL)
    drop ((PyObject *) object, NULL);
}

static void
drop_nodes (Dropped *node)
{
  while (node != NULL)
    {
      Dropped *next = node->next;

      Py_DecRef (node->object);
      if (node->thread != NULL)
        {
          PyThreadState_Clear (node->thread);
          PyThreadState_Delete (node->thread);
        }
      g_free (node);
      node = next;
    }
}

/* Under the GIL. */
static void
drop_references (void)
{
  Dropped *node;
  PyObject *type;
  PyObject *value;
  PyObject *traceback;

  /* What runs when an object dies must not see, or lose, an exception that is set here. */
  PyErr_Fetch (&type, &value, &traceback);
  /* What is dropped may have held what is dropped only then. */
  while ((node = __atomic_exchange_n (&dropped_head, NULL, __ATOMIC_ACQ_REL)) != NULL)
    drop_nodes (node);
  PyErr_Restore (type, value, traceback);
}

static void
drop_thread (gpointer thread)
{
  drop (NULL, thread);
}

/* Python's state of a thread that Python did not make. It is made once and kept until the thread
 * ends: making one for each call costs microseconds, and Python code would lose its thread-local
 * values from call to call, torch's modes among them. */
static GPrivate kept_thread = G_PRIVATE_INIT (drop_thread);

PymvaGil
pymva_gil_enter (void)
{
  gboolean is_new =
    g_private_get (&kept_thread) == NULL && PyGILState_GetThisThreadState () == NULL;
  PymvaGil gil = { PyGILState_Ensure () };

  if (is_new)
    {
      /* This one is never released. */
      PyGILState_Ensure ();
      g_private_set (&kept_thread, PyThreadState_Get ());
    }
  if (g_atomic_pointer_get (&dropped_head) != NULL)
    drop_references ();

  return gil;
}

void
pymva_gil_leave (PymvaGil *self)
{
  PyGILState_Release (self->state);
}

void
pymva_backend_drain (void)
{
  if (g_atomic_pointer_get (&dropped_head) != NULL)
    {
      PYMVA_WITH_GIL;
    }
}
