/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A tree of values, as JSON or Universal Binary JSON of another program describes them, from bytes
 * that nobody vouches for. It is apart from json-glib's, which keeps neither the texts of numbers,
 * so that they could be rounded to float32 once, nor long lists of numbers in little memory, and
 * which takes no infinities. All errors are PYMVA_ERROR_FORMAT. */
typedef struct _PymvaDocument PymvaDocument;

/* Numbers with a fraction or an exponent are rounded to float32, as XGBoost reads them. */
PymvaDocument *pymva_document_read_json (GBytes *bytes,
                                         GError **error);
/* The types and lists of http://ubjson.org, but for numbers of any precision. */
PymvaDocument *pymva_document_read_ubj (GBytes *bytes,
                                        GError **error);
void pymva_document_free (PymvaDocument *self);

/* Each of these checks the type, and the error names the member. What comes out is borrowed. */

/* A member of an object; NULL without an error where there is none and it is not @required. */
gboolean pymva_document_get_object (const PymvaDocument *self,
                                    const char *member,
                                    gboolean required,
                                    const PymvaDocument **value,
                                    GError **error);
gboolean pymva_document_get_string (const PymvaDocument *self,
                                    const char *member,
                                    gboolean required,
                                    const char **value,
                                    GError **error);
/* A list of anything. */
gboolean pymva_document_get_list (const PymvaDocument *self,
                                  const char *member,
                                  gboolean required,
                                  const PymvaDocument **value,
                                  GError **error);
gboolean pymva_document_get_numbers (const PymvaDocument *self,
                                     const char *member,
                                     gboolean required,
                                     const double **values,
                                     gsize *n_values,
                                     GError **error);

gboolean pymva_document_has_member (const PymvaDocument *self,
                                    const char *member);
gsize pymva_document_get_length (const PymvaDocument *list);
/* An element of a list, NULL beyond it or where the list is one of numbers. */
const PymvaDocument *pymva_document_get_element (const PymvaDocument *list,
                                                 gsize index);
/* The texts of a list, new and NULL-terminated; an error where one of its elements is none. */
char **pymva_document_dup_strings (const PymvaDocument *list,
                                   GError **error);
/* The number that a document is, or the numbers of a list. */
const double *pymva_document_peek_numbers (const PymvaDocument *self,
                                           gsize *n_values);

/* --- for the readers --- */

PymvaDocument *pymva_document_new_null (void);
PymvaDocument *pymva_document_new_boolean (gboolean value);
PymvaDocument *pymva_document_new_number (double value);
PymvaDocument *pymva_document_new_string (char *text /* taken */);
PymvaDocument *pymva_document_new_numbers (double *values /* taken */,
                                           gsize n_values);
PymvaDocument *pymva_document_new_object (void);
/* An error where the object has the member already, or too many; takes both. */
gboolean pymva_document_add_member (PymvaDocument *self,
                                    char *name,
                                    PymvaDocument *value,
                                    GError **error);

/* A list as it grows: numbers are packed as long as there is nothing else. */
typedef struct _PymvaDocumentList PymvaDocumentList;

PymvaDocumentList *pymva_document_list_new (void);
void pymva_document_list_free (PymvaDocumentList *self);
/* Takes the document. */
void pymva_document_list_add (PymvaDocumentList *self,
                              PymvaDocument *value);
/* Takes the list. */
PymvaDocument *pymva_document_list_end (PymvaDocumentList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDocument, pymva_document_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDocumentList, pymva_document_list_free)

/* Neither reader follows documents that nest deeper: both call themselves. */
#define PYMVA_DOCUMENT_MOST_NESTED 32

G_END_DECLS
