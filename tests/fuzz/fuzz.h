/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

G_BEGIN_DECLS

/* What each target defines: it hands the bytes to a reader, and whatever they are, nothing may go
 * wrong but an error. libFuzzer calls it with bytes that it makes up, and run-samples.c with those
 * of the files in corpus/. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t size);

G_END_DECLS
