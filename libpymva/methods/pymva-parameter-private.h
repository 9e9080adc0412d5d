/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Properties of methods that are hyperparameters. Their GParamSpecs are of GLib's types and carry
 * a range for front ends, but let any value of the type pass: GLib would quietly keep the value
 * from before where training has to say what is wrong with the new one. */

GParamSpec *pymva_parameter_int (const char *name,
                                 const char *nick,
                                 const char *blurb,
                                 int minimum,
                                 int maximum,
                                 int default_value);
GParamSpec *pymva_parameter_int64 (const char *name,
                                   const char *nick,
                                   const char *blurb,
                                   gint64 minimum,
                                   gint64 maximum,
                                   gint64 default_value);
GParamSpec *pymva_parameter_double (const char *name,
                                    const char *nick,
                                    const char *blurb,
                                    double minimum,
                                    double maximum,
                                    double default_value);
GParamSpec *pymva_parameter_boolean (const char *name,
                                     const char *nick,
                                     const char *blurb,
                                     gboolean default_value);
GParamSpec *pymva_parameter_string (const char *name,
                                    const char *nick,
                                    const char *blurb,
                                    const char *default_value);
/* A word out of a list, static and NULL-terminated, whose first one is the default. */
GParamSpec *pymva_parameter_choice (const char *name,
                                    const char *nick,
                                    const char *blurb,
                                    const char * const *choices);
GParamSpec *pymva_parameter_file (const char *name,
                                  const char *nick,
                                  const char *blurb);
/* A live object of @type, which no variant can hold. */
GParamSpec *pymva_parameter_object (const char *name,
                                    const char *nick,
                                    const char *blurb,
                                    GType type);
/* Values of any types by name: a GVariant a{sv}, empty by default. NULL is as good as empty. */
GParamSpec *pymva_parameter_dictionary (const char *name,
                                        const char *nick,
                                        const char *blurb);

const char * const *pymva_parameter_get_choices (GParamSpec *pspec);
void pymva_parameter_set_default (GParamSpec *pspec,
                                  GValue *value);
/* NaN differs from itself, so that any number may follow it. */
gboolean pymva_parameter_equal (GParamSpec *pspec,
                                const GValue *a,
                                const GValue *b);
/* Whether training can use the value; the error says which values are good. */
gboolean pymva_parameter_check (GParamSpec *pspec,
                                const GValue *value,
                                const char *title,
                                GError **error);
/* The same for one word, which must be in the list. */
gboolean pymva_parameter_check_word (const char *name,
                                     const char *word,
                                     const char *title,
                                     const char * const *choices,
                                     GError **error);

/* New reference, not floating. Files become URIs, and no file an empty text; NULL for values that
 * no variant holds. */
GVariant *pymva_parameter_to_variant (const GValue *value);
/* @value is initialised with the pspec's type. Numbers of any width are taken, if they fit. */
gboolean pymva_parameter_set_variant (GParamSpec *pspec,
                                      GValue *value,
                                      GVariant *variant,
                                      GError **error);
/* The same from a text as options strings have it; “None” is the default. */
gboolean pymva_parameter_set_text (GParamSpec *pspec,
                                   GValue *value,
                                   const char *text,
                                   GError **error);

/* “name=value, name=value” as a{sv}: numbers, true, false, None (an empty maybe), words with or
 * without quotes, and lists of these in brackets; or the same in GVariant's own notation. */
GVariant *pymva_parameter_parse_dictionary (const char *text,
                                            GError **error);

G_END_DECLS
