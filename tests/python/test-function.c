/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "python-util.h"

/* What a host function was called with, and on which thread. */
typedef struct
{
  GThread *thread;
  char *args;
  gboolean had_kwargs;
  guint n_calls;
  GThread *destroyed_on;
  guint n_destroyed;
} Seen;

static PymvaObject *
echo_func (PymvaObject *args,
           PymvaObject *kwargs,
           gpointer user_data,
           GError **error)
{
  Seen *seen = user_data;

  seen->thread = g_thread_self ();
  g_free (seen->args);
  seen->args = pymva_object_repr (args, NULL);
  seen->had_kwargs = kwargs != NULL;
  seen->n_calls++;

  return g_object_ref (kwargs != NULL ? kwargs : args);
}

static PymvaObject *
none_func (PymvaObject *args,
           PymvaObject *kwargs,
           gpointer user_data,
           GError **error)
{
  return pymva_object_new_none ();
}

static PymvaObject *
forget_func (PymvaObject *args,
             PymvaObject *kwargs,
             gpointer user_data,
             GError **error)
{
  return NULL;
}

static PymvaObject *
fail_func (PymvaObject *args,
           PymvaObject *kwargs,
           gpointer user_data,
           GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk “D” is full");
  return NULL;
}

/* Calls what it is given, and passes its error on. */
static PymvaObject *
pass_func (PymvaObject *args,
           PymvaObject *kwargs,
           gpointer user_data,
           GError **error)
{
  g_autoptr (PymvaObject) callable = pymva_object_get_index (args, 0, error);

  return callable != NULL ? pymva_object_call (callable, NULL, NULL, error) : NULL;
}

static void
seen_destroy (gpointer data)
{
  Seen *seen = data;

  seen->destroyed_on = g_thread_self ();
  seen->n_destroyed++;
}

static void
seen_clear (Seen *seen)
{
  g_free (seen->args);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static PymvaObject *
make_function (const char *name,
               PymvaFunction func,
               gpointer user_data,
               GDestroyNotify destroy)
{
  g_autoptr (GError) error = NULL;
  PymvaObject *function = pymva_interpreter_new_function (pymva_interpreter_get_default (), name,
                                                          func, user_data, destroy, &error);

  g_assert_no_error (error);

  return function;
}

static void
test_direct (void)
{
  g_auto (Seen) seen = { NULL };
  g_autoptr (PymvaObject) function = make_function ("écho", echo_func, &seen, seen_destroy);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) name = pymva_object_get_attribute (function, "__name__", &error);
  g_autoptr (PymvaObject) result = NULL;

  g_assert_no_error (error);
  assert_repr (name, "'écho'");
  g_assert_true (pymva_object_is_callable (function));

  result = pymva_object_call (function, g_variant_new ("(is)", 1, "x"), NULL, &error);
  g_assert_no_error (error);
  assert_repr (result, "(1, 'x')");
  g_assert_cmpstr (seen.args, ==, "(1, 'x')");
  g_assert_false (seen.had_kwargs);
  g_assert_true (seen.thread == g_thread_self ());

  g_clear_object (&result);
  result = pymva_object_call (function, NULL, g_variant_new_parsed ("{'a': <1>}"), &error);
  g_assert_no_error (error);
  assert_repr (result, "{'a': 1}");
  g_assert_cmpstr (seen.args, ==, "()");
  g_assert_true (seen.had_kwargs);

  g_clear_object (&function);
  g_clear_object (&result);
  result = evaluate ("1");
  g_assert_cmpuint (seen.n_destroyed, ==, 1);
  g_assert_true (seen.destroyed_on == g_thread_self ());
}

static void
test_none (void)
{
  g_autoptr (PymvaObject) function = make_function ("nothing", none_func, NULL, NULL);
  g_autoptr (PymvaObject) forget = make_function ("forget", forget_func, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) result = pymva_object_call (function, NULL, NULL, &error);
  g_autofree char *type = NULL;

  g_assert_no_error (error);
  g_assert_true (pymva_object_is_none (result));

  g_assert_null (pymva_object_call (forget, NULL, NULL, &error));
  type = pymva_error_dup_exception_type (error);
  g_assert_cmpstr (type, ==, "RuntimeError");
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "“forget”");
}

/* An error of the host goes through Python code and comes out as it was. */
static void
test_error (void)
{
  g_autoptr (PymvaObject) names = run_code (
    "def through(function):\n"
    "    function()\n"
    "def catch(function):\n"
    "    try:\n"
    "        function()\n"
    "    except RuntimeError as error:\n"
    "        return error.domain, error.code, str(error)\n");
  g_autoptr (PymvaObject) through = evaluate_in (names, "through");
  g_autoptr (PymvaObject) catch = evaluate_in (names, "catch");
  g_autoptr (PymvaObject) fail = make_function ("fail", fail_func, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) caught = NULL;
  g_autofree char *traceback = NULL;

  g_assert_null (pymva_object_call (fail, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (error->message, "The disk “D” is full"));
  g_clear_error (&error);

  g_assert_null (pymva_object_call_objargs (through, &error, fail, NULL));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (error->message, "The disk “D” is full"));
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (traceback);
  g_assert_nonnull (strstr (traceback, "in through"));
  g_clear_error (&error);

  caught = pymva_object_call_objargs (catch, &error, fail, NULL);
  g_assert_no_error (error);
  assert_repr (caught, "('g-io-error-quark', 12, 'The disk “D” is full')");
}

/* An exception goes through the host and comes out of Python as the same error. */
static void
test_exception_through_host (void)
{
  g_autoptr (PymvaObject) names = run_code ("def broken():\n"
                                            "    raise ValueError('no good')\n"
                                            "def start(host):\n"
                                            "    host(broken)\n");
  g_autoptr (PymvaObject) start = evaluate_in (names, "start");
  g_autoptr (PymvaObject) pass = make_function ("pass", pass_func, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *traceback = NULL;

  g_assert_null (pymva_object_call_objargs (start, &error, pass, NULL));
  traceback = pymva_error_dup_traceback (error);
  g_assert_nonnull (strstr (traceback, "in broken"));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "ValueError: no good");
}

static void
finish_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Python's worker calls; the main loop answers. */
static void
test_worker (void)
{
  g_auto (Seen) seen = { NULL };
  g_autoptr (PymvaObject) names = run_code ("def often(function, n):\n"
                                            "    return sum(function(i)[0] for i in range(n))\n");
  g_autoptr (PymvaObject) often = evaluate_in (names, "often");
  g_autoptr (PymvaObject) partial = evaluate ("__import__('functools').partial");
  g_autoptr (PymvaObject) function = make_function ("echo", echo_func, &seen, NULL);
  g_autoptr (PymvaObject) bound = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaObject) sum = NULL;
  g_autoptr (GError) error = NULL;

  bound = pymva_object_call_objargs (partial, &error, often, function, NULL);
  g_assert_no_error (error);
  pymva_object_call_async (bound, g_variant_new ("(i)", 100), NULL, NULL, finish_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  sum = pymva_object_call_finish (bound, result, &error);
  g_assert_no_error (error);
  assert_repr (sum, "4950");
  g_assert_cmpuint (seen.n_calls, ==, 100);
  g_assert_true (seen.thread == g_thread_self ());
}

/* The thread that made the function is in its own main context when it is called. */
typedef struct
{
  GMainContext *context;
  PymvaObject *function;
  Seen seen;
  GMainContext *seen_context;
  gint stop;
} Owner;

static PymvaObject *
context_func (PymvaObject *args,
              PymvaObject *kwargs,
              gpointer user_data,
              GError **error)
{
  Owner *owner = user_data;

  owner->seen_context = g_main_context_get_thread_default ();

  return echo_func (args, kwargs, &owner->seen, error);
}

static void
owner_destroy (gpointer data)
{
  seen_destroy (&((Owner *) data)->seen);
}

static gpointer
owner_thread (gpointer data)
{
  Owner *owner = data;

  g_main_context_push_thread_default (owner->context);
  g_atomic_pointer_set (&owner->function,
                        make_function ("owned", context_func, owner, owner_destroy));
  while (!g_atomic_int_get (&owner->stop))
    g_main_context_iteration (owner->context, TRUE);
  g_main_context_pop_thread_default (owner->context);

  return NULL;
}

static void
test_owner_thread (void)
{
  Owner owner = { g_main_context_new () };
  GThread *thread = g_thread_new ("owner", owner_thread, &owner);
  g_autoptr (PymvaObject) result = NULL;
  g_autoptr (GError) error = NULL;

  while (g_atomic_pointer_get (&owner.function) == NULL)
    g_usleep (1000);

  result = pymva_object_call (owner.function, g_variant_new ("(i)", 5), NULL, &error);
  g_assert_no_error (error);
  assert_repr (result, "(5,)");
  g_assert_true (owner.seen.thread == thread);
  g_assert_true (owner.seen_context == owner.context);

  /* It is let go here, and destroyed there. */
  g_clear_object (&owner.function);
  g_clear_object (&result);
  result = evaluate ("None");
  while (g_atomic_int_get ((gint *) &owner.seen.n_destroyed) == 0)
    g_usleep (1000);
  g_assert_true (owner.seen.destroyed_on == thread);

  g_atomic_int_set (&owner.stop, TRUE);
  g_main_context_wakeup (owner.context);
  g_thread_join (thread);
  seen_clear (&owner.seen);
  g_main_context_unref (owner.context);
}

/* This thread waits, inside Python, for a thread of Python that waits for this thread. */
static void
test_no_deadlock (void)
{
  g_auto (Seen) seen = { NULL };
  g_autoptr (PymvaObject) names = run_code ("import threading\n"
                                            "def elsewhere(function):\n"
                                            "    caught = []\n"
                                            "    def run():\n"
                                            "        try:\n"
                                            "            function()\n"
                                            "        except RuntimeError as error:\n"
                                            "            caught.append(str(error))\n"
                                            "    thread = threading.Thread(target=run)\n"
                                            "    thread.start()\n"
                                            "    thread.join()\n"
                                            "    return caught[0]\n");
  g_autoptr (PymvaObject) elsewhere = evaluate_in (names, "elsewhere");
  g_autoptr (PymvaObject) function = make_function ("mine", echo_func, &seen, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) caught = pymva_object_call_objargs (elsewhere, &error, function, NULL);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = pymva_object_to_string (caught, &error);
  g_assert_nonnull (strstr (text, "“mine”"));
  g_assert_nonnull (strstr (text, "_async"));
  g_assert_cmpuint (seen.n_calls, ==, 0);
}

static gpointer
make_thread (gpointer data)
{
  return make_function ("orphan", none_func, NULL, NULL);
}

static void
test_ended_owner (void)
{
  g_autoptr (PymvaObject) function = g_thread_join (g_thread_new ("gone", make_thread, NULL));
  g_autoptr (GError) error = NULL;

  g_assert_null (pymva_object_call (function, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_WORKER, "“orphan”");
}

/* The worker calls a function of this thread while this thread is in and out of short calls. */
static void
test_busy_owner (void)
{
  g_auto (Seen) seen = { NULL };
  g_autoptr (PymvaObject) names = run_code ("import time\n"
                                            "def often(function):\n"
                                            "    for i in range(200):\n"
                                            "        function(i)\n"
                                            "    return 'done'\n"
                                            "def short():\n"
                                            "    time.sleep(0.002)\n");
  g_autoptr (PymvaObject) often = evaluate_in (names, "often");
  g_autoptr (PymvaObject) wait = evaluate_in (names, "short");
  g_autoptr (PymvaObject) partial = evaluate ("__import__('functools').partial");
  g_autoptr (PymvaObject) function = make_function ("echo", echo_func, &seen, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) bound =
    pymva_object_call_objargs (partial, &error, often, function, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PymvaObject) done = NULL;

  pymva_object_call_async (bound, NULL, NULL, NULL, finish_cb, &result);
  while (result == NULL)
    {
      g_autoptr (PymvaObject) nothing = pymva_object_call (wait, NULL, NULL, &error);

      g_assert_no_error (error);
      g_main_context_iteration (NULL, FALSE);
    }
  done = pymva_object_call_finish (bound, result, &error);
  g_assert_no_error (error);
  assert_repr (done, "'done'");
  g_assert_cmpuint (seen.n_calls, ==, 200);
}

static void
test_copies (void)
{
  g_auto (Seen) seen = { NULL };
  g_autoptr (PymvaObject) deepcopy = evaluate ("__import__('copy').deepcopy");
  g_autoptr (PymvaObject) weakref = evaluate ("__import__('weakref').ref");
  g_autoptr (PymvaObject) function = make_function ("echo", echo_func, &seen, seen_destroy);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) copy = pymva_object_call_objargs (deepcopy, &error, function, NULL);
  g_autoptr (PymvaObject) reference = pymva_object_call_objargs (weakref, &error, function, NULL);
  g_autoptr (PymvaObject) alive = NULL;

  g_assert_no_error (error);
  g_clear_object (&function);
  alive = pymva_object_call (copy, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_repr (alive, "()");

  g_clear_object (&copy);
  g_clear_object (&alive);
  alive = pymva_object_call (reference, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pymva_object_is_none (alive));
  g_assert_cmpuint (seen.n_destroyed, ==, 1);
}

static void
make_and_call (gpointer seen)
{
  g_autoptr (PymvaObject) function = make_function ("echo", echo_func, seen, seen_destroy);
  g_autoptr (PymvaObject) fail = make_function ("fail", fail_func, NULL, NULL);
  g_autoptr (PymvaObject) result = pymva_object_call (
    function, g_variant_new ("(i)", 1), g_variant_new_parsed ("{'a': <1>}"), NULL);
  g_autoptr (PymvaObject) none = pymva_object_call (fail, NULL, NULL, NULL);

  g_assert_nonnull (result);
  g_assert_null (none);
}

static void
test_leaks (void)
{
  g_auto (Seen) seen = { NULL };

  assert_no_leak (make_and_call, &seen);
  /* What another thread let go is destroyed by this one's main context. */
  g_assert_cmpuint (seen.n_calls, >, 0);
  while (seen.n_destroyed < seen.n_calls)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen.n_destroyed, ==, seen.n_calls);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/function/direct", test_direct);
  g_test_add_func ("/function/none", test_none);
  g_test_add_func ("/function/error", test_error);
  g_test_add_func ("/function/exception-through-host", test_exception_through_host);
  g_test_add_func ("/function/worker", test_worker);
  g_test_add_func ("/function/owner-thread", test_owner_thread);
  g_test_add_func ("/function/no-deadlock", test_no_deadlock);
  g_test_add_func ("/function/ended-owner", test_ended_owner);
  g_test_add_func ("/function/busy-owner", test_busy_owner);
  g_test_add_func ("/function/copies", test_copies);
  g_test_add_func ("/function/leaks", test_leaks);

  return g_test_run ();
}
