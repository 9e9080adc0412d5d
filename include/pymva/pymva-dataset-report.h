/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-dataset.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_DATASET_REPORT (pymva_dataset_report_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaDatasetReport, pymva_dataset_report, PYMVA, DATASET_REPORT, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaDatasetReport *pymva_dataset_report_new (PymvaDataset *dataset,
                                              PymvaPart part,
                                              GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaDatasetReport *pymva_dataset_report_new_for_table (PymvaTable *table,
                                                        const char *weight,
                                                        const char *cut,
                                                        GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaAnalysisType pymva_dataset_report_get_analysis_type (PymvaDatasetReport *self);
PYMVA_AVAILABLE_IN_1_0
PymvaPart pymva_dataset_report_get_part (PymvaDatasetReport *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_report_list_classes (PymvaDatasetReport *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_report_list_columns (PymvaDatasetReport *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_dataset_report_list_ranked (PymvaDatasetReport *self);

PYMVA_AVAILABLE_IN_1_0
gint64 pymva_dataset_report_get_n_events (PymvaDatasetReport *self,
                                          const char *class_name);
PYMVA_AVAILABLE_IN_1_0
double pymva_dataset_report_get_sum_of_weights (PymvaDatasetReport *self,
                                                const char *class_name);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_report_get_statistic (PymvaDatasetReport *self,
                                                 PymvaStatistic statistic,
                                                 const char *class_name,
                                                 GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_report_get_correlations (PymvaDatasetReport *self,
                                                    const char *class_name,
                                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_report_get_separations (PymvaDatasetReport *self,
                                                   const char *class_name,
                                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_dataset_report_get_overlaps (PymvaDatasetReport *self,
                                                const char *class_name,
                                                GError **error);
PYMVA_AVAILABLE_IN_1_0
char *pymva_dataset_report_format (PymvaDatasetReport *self);

G_END_DECLS
