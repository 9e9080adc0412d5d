/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-inbox-private.h"
#include "python/pymva-library-private.h"
#include "python/pymva-worker-private.h"

/* What all inboxes of one thread share: one thread may have several main contexts in turn, and
 * while it waits it must answer the letters of all of them. */
typedef struct
{
  gatomicrefcount ref_count;
  GThread *thread;
  GMutex lock;
  GCond cond;
  GQueue letters;
  GSList *senders; /* whose letters are being handled now */
  guint waiting;
  /* Synchronous calls that run Python on the thread now, since it last began to wait. */
  gint calls;
  gint n_ended; /* such calls, ever: who watches knows one from the next by it */
  gint is_gone; /* the thread has ended */
  GPtrArray *inboxes; /* the thread's own, touched by it alone */
} Desk;

struct _PymvaInbox
{
  gatomicrefcount ref_count;
  Desk *desk;
  GMainContext *context;
  gboolean has_source; /* under the desk's lock */
};

typedef struct
{
  PymvaInbox *inbox;
  gconstpointer sender;
  PymvaInboxFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Letter;

static void desk_leave (gpointer data);
static GPrivate current_desk = G_PRIVATE_INIT (desk_leave);
static GPrivate answering = G_PRIVATE_INIT (NULL);

static void
desk_unref (Desk *desk)
{
  if (!g_atomic_ref_count_dec (&desk->ref_count))
    return;

  g_assert (g_queue_is_empty (&desk->letters));
  g_mutex_clear (&desk->lock);
  g_cond_clear (&desk->cond);
  g_free (desk);
}

/* The thread ends. */
static void
desk_leave (gpointer data)
{
  Desk *desk = data;

  g_atomic_int_set (&desk->is_gone, TRUE);
  g_clear_pointer (&desk->inboxes, g_ptr_array_unref);
  desk_unref (desk);
}

static Desk *
get_desk (void)
{
  Desk *desk = g_private_get (&current_desk);

  if (desk == NULL)
    {
      desk = g_new0 (Desk, 1);
      g_atomic_ref_count_init (&desk->ref_count);
      desk->thread = g_thread_self ();
      g_mutex_init (&desk->lock);
      g_cond_init (&desk->cond);
      g_queue_init (&desk->letters);
      desk->inboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_inbox_unref);
      g_private_set (&current_desk, desk);
    }

  return desk;
}

/* How many contexts a thread keeps its inbox of. */
#define KEPT_INBOXES 8

PymvaInbox *
pymva_inbox_ref_current (void)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  Desk *desk = get_desk ();
  PymvaInbox *self;

  for (guint i = 0; i < desk->inboxes->len; i++)
    {
      self = g_ptr_array_index (desk->inboxes, i);
      if (self->context == context)
        return pymva_inbox_ref (self);
    }

  self = g_new0 (PymvaInbox, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_inc (&desk->ref_count);
  self->desk = desk;
  self->context = g_steal_pointer (&context);

  if (desk->inboxes->len >= KEPT_INBOXES)
    g_ptr_array_remove_index (desk->inboxes, 0);
  g_ptr_array_add (desk->inboxes, pymva_inbox_ref (self));

  return self;
}

PymvaInbox *
pymva_inbox_ref (PymvaInbox *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
pymva_inbox_unref (PymvaInbox *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_main_context_unref (self->context);
  desk_unref (self->desk);
  g_free (self);
}

gboolean
pymva_inbox_is_own_thread (PymvaInbox *self)
{
  return self->desk->thread == g_thread_self ();
}

static void
letter_handle (Letter *letter)
{
  Desk *desk = letter->inbox->desk;

  g_mutex_lock (&desk->lock);
  desk->senders = g_slist_prepend (desk->senders, (gpointer) letter->sender);
  g_mutex_unlock (&desk->lock);

  letter->func (letter->data);

  g_mutex_lock (&desk->lock);
  desk->senders = g_slist_remove (desk->senders, letter->sender);
  g_mutex_unlock (&desk->lock);

  if (letter->destroy != NULL)
    letter->destroy (letter->data);
  pymva_inbox_unref (letter->inbox);
  g_free (letter);
}

/* Under the desk's lock: the oldest letter for @inbox, or for any where it is NULL, that may be
 * handled now. */
static Letter *
take_letter (Desk *desk,
             PymvaInbox *inbox)
{
  for (GList *link = desk->letters.head; link != NULL; link = link->next)
    {
      Letter *letter = link->data;

      if ((inbox == NULL || letter->inbox == inbox)
          && (letter->sender == NULL || g_slist_find (desk->senders, letter->sender) == NULL))
        {
          g_queue_delete_link (&desk->letters, link);
          return letter;
        }
    }

  return NULL;
}

static gboolean
source_cb (gpointer data)
{
  PymvaInbox *self = data;
  Letter *letter;

  g_mutex_lock (&self->desk->lock);
  letter = take_letter (self->desk, self);
  if (letter == NULL)
    self->has_source = FALSE;
  g_mutex_unlock (&self->desk->lock);

  if (letter == NULL)
    return G_SOURCE_REMOVE;

  letter_handle (letter);
  return G_SOURCE_CONTINUE;
}

/* Under the desk's lock. */
static void
attach_source (PymvaInbox *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->has_source)
    return;

  self->has_source = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[pymva] inbox");
  g_source_set_callback (source, source_cb, pymva_inbox_ref (self),
                         (GDestroyNotify) pymva_inbox_unref);
  g_source_attach (source, self->context);
}

static void
post_locked (PymvaInbox *self,
             gconstpointer sender,
             PymvaInboxFunc func,
             gpointer data,
             GDestroyNotify destroy)
{
  Letter *letter = g_new (Letter, 1);

  letter->inbox = pymva_inbox_ref (self);
  letter->sender = sender;
  letter->func = func;
  letter->data = data;
  letter->destroy = destroy;
  g_queue_push_tail (&self->desk->letters, letter);

  if (self->desk->waiting > 0)
    g_cond_broadcast (&self->desk->cond);
  else
    attach_source (self);
}

void
pymva_inbox_post (PymvaInbox *self,
                  gconstpointer sender,
                  PymvaInboxFunc func,
                  gpointer data,
                  GDestroyNotify destroy)
{
  g_mutex_lock (&self->desk->lock);
  post_locked (self, sender, func, data, destroy);
  g_mutex_unlock (&self->desk->lock);
}

gboolean
pymva_inbox_wait (PymvaInbox *self,
                  const gint *done,
                  gint64 deadline)
{
  Desk *desk = self->desk;
  gboolean in_time = TRUE;
  gpointer gil;
  gint calls;

  g_return_val_if_fail (pymva_inbox_is_own_thread (self), FALSE);

  gil = pymva_library_release_gil ();
  g_mutex_lock (&desk->lock);
  desk->waiting++;
  calls = desk->calls;
  desk->calls = 0;

  while (!g_atomic_int_get (done))
    {
      Letter *letter = take_letter (desk, NULL);

      if (letter != NULL)
        {
          g_mutex_unlock (&desk->lock);
          letter_handle (letter);
          g_mutex_lock (&desk->lock);
        }
      else if (deadline < 0)
        g_cond_wait (&desk->cond, &desk->lock);
      else if (!g_cond_wait_until (&desk->cond, &desk->lock, deadline)
               && !g_atomic_int_get (done))
        {
          in_time = FALSE;
          break;
        }
    }

  desk->calls = calls;
  desk->waiting--;
  if (desk->waiting == 0)
    for (GList *link = desk->letters.head; link != NULL; link = link->next)
      attach_source (((Letter *) link->data)->inbox);
  g_mutex_unlock (&desk->lock);
  pymva_library_restore_gil (gil);

  return in_time;
}

void
pymva_inbox_wake (PymvaInbox *self)
{
  g_mutex_lock (&self->desk->lock);
  g_cond_broadcast (&self->desk->cond);
  g_mutex_unlock (&self->desk->lock);
}

void
pymva_inbox_enter_call (void)
{
  g_atomic_int_inc (&get_desk ()->calls);
}

void
pymva_inbox_leave_call (void)
{
  Desk *desk = get_desk ();

  g_atomic_int_inc (&desk->n_ended);
  g_atomic_int_add (&desk->calls, -1);
}

gboolean
pymva_inbox_is_answering_worker (void)
{
  return g_private_get (&answering) != NULL;
}

typedef struct
{
  PymvaInboxFunc func;
  gpointer data;
  gboolean of_worker;
  GMutex lock;
  GCond cond;
  gboolean answered;
} Question;

static void
question_cb (gpointer data)
{
  Question *question = data;
  gpointer outer = g_private_get (&answering);

  if (question->of_worker)
    g_private_set (&answering, GINT_TO_POINTER (TRUE));
  question->func (question->data);
  g_private_set (&answering, outer);

  g_mutex_lock (&question->lock);
  question->answered = TRUE;
  g_cond_signal (&question->cond);
  g_mutex_unlock (&question->lock);
}

/* A thread inside a synchronous call most often leaves it soon, but it may also be waiting there,
 * through Python, for the very thread that asks. It is taken for that after so long in one call;
 * microseconds. */
#define PATIENCE G_TIME_SPAN_SECOND
#define LOOK_INTERVAL (20 * G_TIME_SPAN_MILLISECOND)

/* What the thread that asks has seen of the other. */
typedef struct
{
  gint n_ended;
  gint64 since; /* 0: it was not inside a call */
} Sight;

/* Whether the thread, by what is seen of it now, will not answer. */
static gboolean
is_hopeless (Desk *desk,
             Sight *sight)
{
  gint64 now = g_get_monotonic_time ();
  gint n_ended = g_atomic_int_get (&desk->n_ended);

  if (g_atomic_int_get (&desk->is_gone))
    return TRUE;

  if (g_atomic_int_get (&desk->calls) == 0)
    sight->since = 0;
  else if (sight->since == 0 || sight->n_ended != n_ended)
    *sight = (Sight) { n_ended, now };

  return sight->since != 0 && now - sight->since >= PATIENCE;
}

/* Whether the thread of @desk has not answered and will not; the question is then withdrawn. */
static gboolean
withdraw (Desk *desk,
          const Question *question,
          Sight *sight)
{
  gboolean given_up = FALSE;

  g_mutex_lock (&desk->lock);
  if (is_hopeless (desk, sight))
    for (GList *link = desk->letters.head; link != NULL && !given_up; link = link->next)
      {
        Letter *letter = link->data;

        if (letter->data != question)
          continue;
        g_queue_delete_link (&desk->letters, link);
        pymva_inbox_unref (letter->inbox);
        g_free (letter);
        given_up = TRUE;
      }
  g_mutex_unlock (&desk->lock);

  return given_up;
}

gboolean
pymva_inbox_ask (PymvaInbox *self,
                 PymvaInboxFunc func,
                 gpointer data)
{
  Question question = { func, data, pymva_worker_is_current () };
  Sight sight = { 0 };
  gboolean given_up = FALSE;

  g_return_val_if_fail (!pymva_inbox_is_own_thread (self), FALSE);

  g_mutex_init (&question.lock);
  g_cond_init (&question.cond);
  pymva_inbox_post (self, NULL, question_cb, &question, NULL);

  g_mutex_lock (&question.lock);
  while (!question.answered && !given_up)
    if (!g_cond_wait_until (&question.cond, &question.lock,
                            g_get_monotonic_time () + LOOK_INTERVAL))
      {
        g_mutex_unlock (&question.lock);
        given_up = withdraw (self->desk, &question, &sight);
        g_mutex_lock (&question.lock);
      }
  g_mutex_unlock (&question.lock);
  g_mutex_clear (&question.lock);
  g_cond_clear (&question.cond);

  return !given_up;
}
