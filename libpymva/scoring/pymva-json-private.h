/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON from files that nobody vouches for: bounded nesting, and every member checked for its type
 * where it is read. All errors are PYMVA_ERROR_FORMAT and name the member. */

JsonObject *pymva_json_parse (GBytes *text,
                              GError **error);
/* The same object gives the same text. */
char *pymva_json_format (JsonObject *object,
                         gboolean pretty);

/* A member that is missing or null leaves @value as it is, unless it is @required. */
gboolean pymva_json_read_string (JsonObject *object,
                                 const char *member,
                                 gboolean required,
                                 const char **value,
                                 GError **error);
gboolean pymva_json_read_int (JsonObject *object,
                              const char *member,
                              gboolean required,
                              gint64 least,
                              gint64 most,
                              gint64 *value,
                              GError **error);
gboolean pymva_json_read_double (JsonObject *object,
                                 const char *member,
                                 gboolean required,
                                 double *value,
                                 GError **error);
gboolean pymva_json_read_boolean (JsonObject *object,
                                  const char *member,
                                  gboolean required,
                                  gboolean *value,
                                  GError **error);
gboolean pymva_json_read_object (JsonObject *object,
                                 const char *member,
                                 gboolean required,
                                 JsonObject **value,
                                 GError **error);
gboolean pymva_json_read_array (JsonObject *object,
                                const char *member,
                                gboolean required,
                                JsonArray **value,
                                GError **error);
/* New, NULL-terminated. */
gboolean pymva_json_read_strings (JsonObject *object,
                                  const char *member,
                                  gboolean required,
                                  char ***value,
                                  GError **error);
/* An element of a list of objects, or NULL and an error that says which one is none. */
JsonObject *pymva_json_get_element (JsonArray *array,
                                    guint index,
                                    const char *what,
                                    GError **error);

/* Dictionaries become objects with their keys in order of the alphabet; numbers that JSON cannot
 * write become "nan", "inf" and "-inf". */
JsonNode *pymva_json_node_new_from_variant (GVariant *value);

G_END_DECLS
