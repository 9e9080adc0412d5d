/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The elements of an XML document from bytes that nobody vouches for. Comments and processing
 * instructions are left out, and so are all entities but those of XML itself. All errors are
 * PYMVA_ERROR_FORMAT. */
typedef struct _PymvaXml PymvaXml;
/* Belongs to its document. */
typedef struct _PymvaXmlElement PymvaXmlElement;

PymvaXml *pymva_xml_read (GBytes *bytes,
                          GError **error);
void pymva_xml_free (PymvaXml *self);
const PymvaXmlElement *pymva_xml_get_root (const PymvaXml *self);

const char *pymva_xml_get_name (const PymvaXmlElement *self);
/* Without the blanks around it; empty where there is none. */
const char *pymva_xml_get_text (const PymvaXmlElement *self);
/* The first child of that name, or of any name where it is NULL, or NULL. An element that is NULL,
 * because it is not there, has no children. */
const PymvaXmlElement *pymva_xml_get_child (const PymvaXmlElement *self,
                                            const char *name);
/* The next one with the same parent. */
const PymvaXmlElement *pymva_xml_get_next (const PymvaXmlElement *self,
                                           const char *name);
guint pymva_xml_count_children (const PymvaXmlElement *self,
                                const char *name);
/* The value of an attribute, or NULL. */
const char *pymva_xml_get_attribute (const PymvaXmlElement *self,
                                     const char *name);

/* The errors of these name the element and what is wrong in it. */

/* The same as pymva_xml_get_child(), where there has to be one. */
const PymvaXmlElement *pymva_xml_require_child (const PymvaXmlElement *self,
                                                const char *name,
                                                GError **error);
const char *pymva_xml_require_attribute (const PymvaXmlElement *self,
                                         const char *name,
                                         GError **error);
/* A finite number. */
gboolean pymva_xml_read_double (const PymvaXmlElement *self,
                                const char *name,
                                double *number,
                                GError **error);
gboolean pymva_xml_read_int (const PymvaXmlElement *self,
                             const char *name,
                             gint64 minimum,
                             gint64 maximum,
                             gint64 *number,
                             GError **error);
/* A new list of all numbers of the text, which are finite and as many as that. */
double *pymva_xml_read_numbers (const PymvaXmlElement *self,
                                gsize n_numbers,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaXml, pymva_xml_free)

/* No element is deeper, counted from the root, and no document has more of them. */
#define PYMVA_XML_MOST_NESTED 256
#define PYMVA_XML_MOST_ELEMENTS (1u << 23)

G_END_DECLS
