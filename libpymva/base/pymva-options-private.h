/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An option of a string as TMVA writes them: "!H:!V:NumEpochs=20:Flag". */
typedef struct
{
  char *name;
  /* What follows the "="; "true" for a flag, and "false" for one with "!" before it. */
  char *value;
} PymvaOption;

/* The options of the string, in its order: of PymvaOption *. */
GPtrArray *pymva_options_parse (const char *text);
/* FALSE where the text is no truth value: "true", "T", "yes", "1" and their opposites. */
gboolean pymva_options_read_boolean (const char *text,
                                     gboolean *flag);

/* An option of a dictionary, a{sv}, that a function takes. */
typedef struct
{
  const char *name;
  /* Its GVariant type, and what a value of that is called: “a list of names”. */
  const char *type;
  const char *what;
} PymvaKnownOption;

/* Whether all options are known and of their types; @known ends with a name that is NULL. @options
 * may be NULL. */
gboolean pymva_options_check (GVariant *options,
                              const PymvaKnownOption *known,
                              GError **error);

G_END_DECLS
