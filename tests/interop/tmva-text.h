/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* Weight files of TMVA that a test has as text. */

/* What is changed in a text before it is read: each time one text for the next. */
#define CHANGES(...) (const char * const[]) { __VA_ARGS__, NULL }

PymvaModel *tmva_text_import (const char *text,
                              const char * const *changes,
                              GVariant *options,
                              GError **error);
/* The first answer for float32 inputs. */
float tmva_text_score (const char *text,
                       const char * const *changes,
                       const float *inputs);
/* The file is refused with an error that says @words. */
void tmva_text_assert_refused (const char *text,
                               const char * const *changes,
                               PymvaError code,
                               const char *words);
