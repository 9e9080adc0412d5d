/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "pymva-shape-private.h"

G_BEGIN_DECLS

/* One field of the elements of an array, or the elements themselves. */
typedef struct
{
  char *name;            /* NULL where the elements have no fields */
  char *type;            /* as the header has it: "<f8" */
  char kind;             /* 'f', 'i', 'u' or 'b'; '\0' for what cannot be read as numbers */
  gsize size;
  gsize offset;          /* in the element */
  gboolean is_swapped;   /* against the byte order of the machine */
} PymvaNpyField;

/* An array as numpy.save() writes it:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
typedef struct
{
  GArray *fields;        /* of PymvaNpyField */
  gsize item_size;
  guint n_dims;
  gint64 shape[PYMVA_MOST_DIMS];
  gboolean is_fortran;
  GBytes *data;          /* NULL where only the header was read */
} PymvaNpyArray;

PymvaNpyArray *pymva_npy_array_new (GBytes *file,
                                    GError **error);
/* The same of the start of a file, in which the header must be whole: without the numbers, which
 * begin at @data_offset of the file. */
PymvaNpyArray *pymva_npy_array_new_for_start (GBytes *start,
                                              guint64 file_size,
                                              goffset *data_offset,
                                              GError **error);
void pymva_npy_array_free (PymvaNpyArray *self);

/* Reads @n values of a field, @stride bytes from one to the next, as doubles. */
void pymva_npy_field_load (const PymvaNpyField *self,
                           const guint8 *data,
                           gsize stride,
                           gsize n,
                           double *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaNpyArray, pymva_npy_array_free)

G_END_DECLS
