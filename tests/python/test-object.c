/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "python-util.h"

static void
test_none (void)
{
  g_autoptr (PymvaObject) none = pymva_object_new_none ();
  g_autoptr (PymvaObject) bare = g_object_new (PYMVA_TYPE_OBJECT, NULL);
  g_autoptr (PymvaObject) real = evaluate ("None");
  PymvaObject *all[] = { none, bare, real };
  g_autoptr (PymvaObject) list = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *type = pymva_object_get_type_name (all[i]);
      g_autofree char *text = pymva_object_to_string (all[i], &error);
      g_autoptr (GVariant) value = pymva_object_to_variant (all[i], &error);

      g_assert_no_error (error);
      g_assert_true (pymva_object_is_none (all[i]));
      g_assert_false (pymva_object_is_callable (all[i]));
      g_assert_cmpstr (type, ==, "NoneType");
      g_assert_cmpstr (text, ==, "None");
      g_assert_cmpstr (g_variant_get_type_string (value), ==, "mv");
      g_assert_cmpuint (g_variant_n_children (value), ==, 0);
      g_assert_false (g_variant_is_floating (value));
      assert_repr (all[i], "None");
    }

  list = pymva_object_new_list (all, G_N_ELEMENTS (all), &error);
  g_assert_no_error (error);
  assert_repr (list, "[None, None, None]");
}

/* None needs no interpreter, so that it can be made where there is no Python. */
static void
test_none_starts_nothing (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (PymvaObject) none = pymva_object_new_none ();
      g_autofree char *text = pymva_object_repr (none, NULL);
      g_autoptr (GVariant) value = pymva_object_to_variant (none, NULL);

      g_assert_true (pymva_object_is_none (none));
      g_assert_false (pymva_object_is_callable (none));
      g_assert_cmpint (pymva_interpreter_get_state (pymva_interpreter_get_default ()), ==,
                       PYMVA_INTERPRETER_STATE_UNSET);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_type (void)
{
  g_autoptr (PymvaObject) number = evaluate ("7");
  g_autoptr (PymvaObject) names = run_code ("import collections, decimal\n"
                                            "class Outer:\n"
                                            "    class Inner:\n"
                                            "        pass\n"
                                            "Outer.__module__ = Outer.Inner.__module__ = 'here'\n");
  g_autoptr (PymvaObject) ordered = evaluate_in (names, "collections.OrderedDict()");
  g_autoptr (PymvaObject) inner = evaluate_in (names, "Outer.Inner()");
  g_autoptr (PymvaObject) function = evaluate ("len");
  g_autofree char *number_type = pymva_object_get_type_name (number);
  g_autofree char *ordered_type = pymva_object_get_type_name (ordered);
  g_autofree char *inner_type = pymva_object_get_type_name (inner);

  g_assert_cmpstr (number_type, ==, "int");
  g_assert_cmpstr (ordered_type, ==, "collections.OrderedDict");
  g_assert_cmpstr (inner_type, ==, "here.Outer.Inner");
  g_assert_true (pymva_object_is_callable (function));
  g_assert_false (pymva_object_is_callable (number));
  g_assert_false (pymva_object_is_none (number));
}

static void
test_text (void)
{
  g_autoptr (PymvaObject) text = evaluate ("'häß \\U0001f40d'");
  g_autoptr (PymvaObject) nul = evaluate ("'a\\0b'");
  g_autoptr (PymvaObject) surrogate = evaluate ("'\\ud800'");
  g_autoptr (PymvaObject) names = run_code ("class Broken:\n"
                                            "    def __repr__(self):\n"
                                            "        raise ValueError('no words')\n"
                                            "broken = Broken()\n");
  g_autoptr (PymvaObject) broken = evaluate_in (names, "broken");
  g_autoptr (GError) error = NULL;
  g_autofree char *string = pymva_object_to_string (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (string, ==, "häß 🐍");
  assert_repr (text, "'häß 🐍'");

  g_assert_null (pymva_object_to_string (nul, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "NUL");
  g_assert_null (pymva_object_to_string (surrogate, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "surrogate");
  /* repr() of both is plain text. */
  assert_repr (nul, "'a\\x00b'");
  assert_repr (surrogate, "'\\ud800'");
  g_assert_null (pymva_object_repr (broken, &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "no words");
}

static void
test_attributes (void)
{
  g_autoptr (PymvaObject) names = run_code ("class Thing:\n"
                                            "    colour = 'red'\n"
                                            "    @property\n"
                                            "    def broken(self):\n"
                                            "        raise ValueError('not now')\n"
                                            "thing = Thing()\n");
  g_autoptr (PymvaObject) thing = evaluate_in (names, "thing");
  g_autoptr (PymvaObject) blue = evaluate ("'blue'");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) colour = pymva_object_get_attribute (thing, "colour", &error);
  g_auto (GStrv) attributes = pymva_object_list_attributes (thing, &error);

  g_assert_no_error (error);
  assert_repr (colour, "'red'");
  g_assert_true (g_strv_contains ((const char * const *) attributes, "colour"));
  g_assert_true (g_strv_contains ((const char * const *) attributes, "broken"));
  g_assert_false (g_strv_contains ((const char * const *) attributes, "size"));

  g_assert_true (pymva_object_has_attribute (thing, "colour"));
  g_assert_false (pymva_object_has_attribute (thing, "size"));
  g_assert_false (pymva_object_has_attribute (thing, "broken"));

  g_assert_true (pymva_object_set_attribute (thing, "colour", blue, &error));
  g_assert_no_error (error);
  g_clear_object (&colour);
  colour = evaluate_in (names, "thing.colour");
  assert_repr (colour, "'blue'");

  g_assert_null (pymva_object_get_attribute (thing, "size", &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "size");
  g_assert_null (pymva_object_get_attribute (thing, "broken", &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "not now");
  g_assert_false (pymva_object_set_attribute (colour, "size", blue, &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "size");
}

static void
test_items (void)
{
  g_autoptr (PymvaObject) list = evaluate ("['a', 'b', 'c']");
  g_autoptr (PymvaObject) dict = evaluate ("{'x': 1}");
  g_autoptr (PymvaObject) key = evaluate ("'x'");
  g_autoptr (PymvaObject) other = evaluate ("'y'");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) first = pymva_object_get_index (list, 0, &error);
  g_autoptr (PymvaObject) last = pymva_object_get_index (list, -1, &error);
  g_autoptr (PymvaObject) item = pymva_object_get_item (dict, key, &error);

  g_assert_no_error (error);
  assert_repr (first, "'a'");
  assert_repr (last, "'c'");
  assert_repr (item, "1");
  g_assert_cmpint (pymva_object_get_length (list, &error), ==, 3);
  g_assert_cmpint (pymva_object_get_length (dict, &error), ==, 1);

  g_assert_true (pymva_object_set_item (dict, other, list, &error));
  g_assert_no_error (error);
  assert_repr (dict, "{'x': 1, 'y': ['a', 'b', 'c']}");

  g_assert_null (pymva_object_get_index (list, 3, &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "IndexError");
  g_assert_null (pymva_object_get_index (list, -4, &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "IndexError");
  g_assert_null (pymva_object_get_item (dict, first, &error));
  assert_error_says (&error, PYMVA_ERROR_PYTHON, "KeyError");
  g_assert_false (pymva_object_set_item (key, key, key, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "item assignment");
  g_assert_cmpint (pymva_object_get_length (item, &error), ==, -1);
  assert_error_says (&error, PYMVA_ERROR_TYPE, "len()");
}

static void
test_list_items (void)
{
  g_autoptr (PymvaObject) squares = evaluate ("(n * n for n in range(4))");
  g_autoptr (PymvaObject) empty = evaluate ("()");
  g_autoptr (PymvaObject) number = evaluate ("1");
  g_autoptr (GError) error = NULL;
  gsize n_items = 99;
  PymvaObject **items = pymva_object_list_items (squares, &n_items, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_items, ==, 4);
  assert_repr (items[3], "9");
  for (gsize i = 0; i < n_items; i++)
    g_object_unref (items[i]);
  g_free (items);

  items = pymva_object_list_items (empty, &n_items, &error);
  g_assert_no_error (error);
  g_assert_nonnull (items);
  g_assert_cmpuint (n_items, ==, 0);
  g_free (items);

  n_items = 99;
  g_assert_null (pymva_object_list_items (number, &n_items, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "not iterable");
  g_assert_cmpuint (n_items, ==, 0);
}

static void
test_containers (void)
{
  g_autoptr (PymvaObject) one = evaluate ("1");
  g_autoptr (PymvaObject) two = evaluate ("'two'");
  PymvaObject *items[] = { one, two };
  PymvaObject *many[40];
  const char *names[] = { "a", "b", NULL };
  const char *few[] = { "a", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) tuple = pymva_object_new_tuple (items, 2, &error);
  g_autoptr (PymvaObject) list = pymva_object_new_list (items, 2, &error);
  g_autoptr (PymvaObject) dict = pymva_object_new_dict (names, items, 2, &error);
  g_autoptr (PymvaObject) no_tuple = pymva_object_new_tuple (NULL, 0, &error);
  g_autoptr (PymvaObject) no_list = pymva_object_new_list (NULL, 0, &error);
  g_autoptr (PymvaObject) no_dict = pymva_object_new_dict (NULL, NULL, 0, &error);
  g_autoptr (PymvaObject) long_list = NULL;

  g_assert_no_error (error);
  assert_repr (tuple, "(1, 'two')");
  assert_repr (list, "[1, 'two']");
  assert_repr (dict, "{'a': 1, 'b': 'two'}");
  assert_repr (no_tuple, "()");
  assert_repr (no_list, "[]");
  assert_repr (no_dict, "{}");

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = one;
  long_list = pymva_object_new_list (many, G_N_ELEMENTS (many), &error);
  g_assert_no_error (error);
  g_assert_cmpint (pymva_object_get_length (long_list, &error), ==, 40);

  g_assert_null (pymva_object_new_dict (few, items, 2, &error));
  assert_error_says (&error, PYMVA_ERROR_VALUE, "1 names for 2 values");
}

static gpointer
unref_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

/* A handle that is let go, on whatever thread, lets its object go with the next call. */
static void
test_references (void)
{
  g_autoptr (PymvaObject) names = run_code ("import sys\nthing = object()\n");
  gint64 before = evaluate_int (names, "sys.getrefcount(thing)");
  PymvaObject *held = evaluate_in (names, "thing");
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) list = NULL;

  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before + 1);
  g_object_unref (held);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before);

  held = evaluate_in (names, "thing");
  g_thread_join (g_thread_new ("unref", unref_thread, held));
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before);

  held = evaluate_in (names, "thing");
  list = pymva_object_new_list (&held, 1, &error);
  g_assert_no_error (error);
  g_object_unref (held);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before + 1);
  g_clear_object (&list);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before);
}

/* The last reference is dropped even if nobody calls Python any more. */
static void
test_dropped_idly (void)
{
  gint n_free = 0;

  for (guint i = 0; i < 3; i++)
    {
      const gint64 shape[] = { 4 };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_with_free_func ("text", 4,
                                                             (GDestroyNotify) g_atomic_int_inc,
                                                             &n_free);
      g_autoptr (PymvaTensor) tensor = pymva_tensor_new (PYMVA_DTYPE_UINT8, shape, 1, bytes,
                                                         &error);
      g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (tensor, &error);

      g_assert_no_error (error);
    }

  while (g_atomic_int_get (&n_free) < 3)
    g_usleep (1000);
}

static void
use_everything (gpointer data)
{
  PymvaObject *thing = data;
  PymvaObject *pair[] = { thing, thing };
  const char *names[] = { "a", "b", NULL };
  g_autoptr (PymvaObject) tuple = pymva_object_new_tuple (pair, 2, NULL);
  g_autoptr (PymvaObject) list = pymva_object_new_list (pair, 2, NULL);
  g_autoptr (PymvaObject) dict = pymva_object_new_dict (names, pair, 2, NULL);
  g_autoptr (PymvaObject) class = pymva_object_get_attribute (thing, "__class__", NULL);
  g_autoptr (PymvaObject) item = pymva_object_get_index (list, 1, NULL);
  g_autoptr (PymvaObject) lost = pymva_object_get_attribute (thing, "nothing", NULL);
  g_autofree char *text = pymva_object_repr (dict, NULL);
  g_auto (GStrv) attributes = pymva_object_list_attributes (thing, NULL);
  gsize n_items;
  PymvaObject **items = pymva_object_list_items (tuple, &n_items, NULL);

  g_assert_null (lost);
  g_assert_false (pymva_object_has_attribute (thing, "nothing"));
  g_assert_true (pymva_object_set_attribute (thing, "again", tuple, NULL));
  for (gsize i = 0; i < n_items; i++)
    g_object_unref (items[i]);
  g_free (items);
}

static void
test_leaks (void)
{
  g_autoptr (PymvaObject) names = run_code ("class Thing:\n"
                                            "    pass\n"
                                            "thing = Thing()\n");
  g_autoptr (PymvaObject) thing = evaluate_in (names, "thing");

  assert_no_leak (use_everything, thing);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/object/none-starts-nothing", test_none_starts_nothing);
  g_test_add_func ("/object/none", test_none);
  g_test_add_func ("/object/type", test_type);
  g_test_add_func ("/object/text", test_text);
  g_test_add_func ("/object/attributes", test_attributes);
  g_test_add_func ("/object/items", test_items);
  g_test_add_func ("/object/list-items", test_list_items);
  g_test_add_func ("/object/containers", test_containers);
  g_test_add_func ("/object/references", test_references);
  g_test_add_func ("/object/dropped-idly", test_dropped_idly);
  g_test_add_func ("/object/leaks", test_leaks);

  return g_test_run ();
}
