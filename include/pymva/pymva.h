/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#define PYMVA_INSIDE
#include <pymva/pymva-ada-boost.h>
#include <pymva/pymva-dataset-report.h>
#include <pymva/pymva-dataset.h>
#include <pymva/pymva-enums.h>
#include <pymva/pymva-error.h>
#include <pymva/pymva-evaluation.h>
#include <pymva/pymva-factory.h>
#include <pymva/pymva-gradient-boosting.h>
#include <pymva/pymva-interpreter.h>
#include <pymva/pymva-keras.h>
#include <pymva/pymva-lightgbm.h>
#include <pymva/pymva-method-info.h>
#include <pymva/pymva-method.h>
#include <pymva/pymva-model-export.h>
#include <pymva/pymva-model-import.h>
#include <pymva/pymva-model-object.h>
#include <pymva/pymva-model.h>
#include <pymva/pymva-object.h>
#include <pymva/pymva-parameter-info.h>
#include <pymva/pymva-python-method.h>
#include <pymva/pymva-random-forest.h>
#include <pymva/pymva-sklearn.h>
#include <pymva/pymva-table-stream.h>
#include <pymva/pymva-table.h>
#include <pymva/pymva-tensor.h>
#include <pymva/pymva-torch.h>
#include <pymva/pymva-transform.h>
#include <pymva/pymva-types.h>
#include <pymva/pymva-version-macros.h>
#include <pymva/pymva-version.h>
#include <pymva/pymva-xgboost.h>
#undef PYMVA_INSIDE
