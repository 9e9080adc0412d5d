/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* Models of other programs that a test has in memory, most of them as text. */

/* What is changed in a text before it is read: each time one text for the next. */
#define CHANGES(...) (const char * const[]) { __VA_ARGS__, NULL }

/* A change that makes a text one that is refused, and what the error then says. */
typedef struct
{
  const char *text;
  const char *from;
  const char *to;
  const char *words;
} TextFileRefusal;

PymvaModel *import_bytes (GBytes *bytes,
                          GVariant *options,
                          GError **error);

char *text_file_change (const char *text,
                        const char * const *changes);
PymvaModel *text_file_import (const char *text,
                              const char * const *changes,
                              GVariant *options,
                              GError **error);
/* The first answer for float32 inputs. */
float text_file_score (const char *text,
                       const char * const *changes,
                       const float *inputs);
/* The file is refused with an error that says @words. */
void text_file_assert_refused (const char *text,
                               const char * const *changes,
                               PymvaError code,
                               const char *words);
void text_file_assert_all_refused (const TextFileRefusal *refusals,
                                   gsize n_refusals,
                                   PymvaError code);
