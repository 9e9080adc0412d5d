/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PymvaDataset PymvaDataset;
typedef struct _PymvaEvaluation PymvaEvaluation;
typedef struct _PymvaInterpreter PymvaInterpreter;
typedef struct _PymvaMethod PymvaMethod;
typedef struct _PymvaMethodInfo PymvaMethodInfo;
typedef struct _PymvaModel PymvaModel;
typedef struct _PymvaObject PymvaObject;
typedef struct _PymvaParameterInfo PymvaParameterInfo;
typedef struct _PymvaRandomForest PymvaRandomForest;
typedef struct _PymvaTable PymvaTable;
typedef struct _PymvaTensor PymvaTensor;
typedef struct _PymvaTorch PymvaTorch;
typedef struct _PymvaTransform PymvaTransform;

G_END_DECLS
