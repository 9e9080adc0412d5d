/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-factory-private.h"

G_BEGIN_DECLS

/* What the tables of a factory have in common. Columns are as wide as TMVA's, or wider for names
 * that need it. */
typedef struct
{
  PymvaFactory *factory;
  GString *text;
  /* Of PymvaFactoryEntry: those with an evaluation on the data set as it is, the best one first. */
  GPtrArray *ranked;
  int title_width;
} PymvaFactoryTables;

/* A line of its own, without blanks at its end. */
void pymva_factory_tables_add_line (PymvaFactoryTables *self,
                                    const char *line);
void pymva_factory_tables_add_rule (PymvaFactoryTables *self,
                                    guint length);
/* "0.912 (0.934)" */
char *pymva_factory_tables_format_pair (double test,
                                        double training);
/* The beginning of a row: the job in @job_width columns, and the title. */
GString *pymva_factory_tables_begin_row (PymvaFactoryTables *self,
                                         int job_width,
                                         const char *title);
/* Whether all of the ranked methods were evaluated on the events of a part. */
gboolean pymva_factory_tables_have_part (PymvaFactoryTables *self,
                                         PymvaPart part);
/* The two lines of headings, "DataSet Name:" and "MVA Method:" first. */
void pymva_factory_tables_add_headings (PymvaFactoryTables *self,
                                        int job_width,
                                        const char *upper,
                                        const char *lower);

/* --- pymva-factory-class-tables.c --- */

void pymva_factory_tables_add_classification (PymvaFactoryTables *self);
void pymva_factory_tables_add_multiclass (PymvaFactoryTables *self);

G_END_DECLS
