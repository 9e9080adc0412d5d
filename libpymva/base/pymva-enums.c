/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-enums.h>

G_DEFINE_ENUM_TYPE (PymvaDType, pymva_dtype,
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_FLOAT32, "float32"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_FLOAT64, "float64"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_INT8, "int8"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_UINT8, "uint8"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_INT16, "int16"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_INT32, "int32"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_INT64, "int64"),
                    G_DEFINE_ENUM_VALUE (PYMVA_DTYPE_BOOL, "bool"))

G_DEFINE_ENUM_TYPE (PymvaAnalysisType, pymva_analysis_type,
                    G_DEFINE_ENUM_VALUE (PYMVA_ANALYSIS_TYPE_CLASSIFICATION, "classification"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ANALYSIS_TYPE_MULTICLASS, "multiclass"),
                    G_DEFINE_ENUM_VALUE (PYMVA_ANALYSIS_TYPE_REGRESSION, "regression"))

G_DEFINE_ENUM_TYPE (PymvaPart, pymva_part,
                    G_DEFINE_ENUM_VALUE (PYMVA_PART_TRAINING, "training"),
                    G_DEFINE_ENUM_VALUE (PYMVA_PART_TEST, "test"))

G_DEFINE_ENUM_TYPE (PymvaSplitMode, pymva_split_mode,
                    G_DEFINE_ENUM_VALUE (PYMVA_SPLIT_MODE_RANDOM, "random"),
                    G_DEFINE_ENUM_VALUE (PYMVA_SPLIT_MODE_ALTERNATE, "alternate"),
                    G_DEFINE_ENUM_VALUE (PYMVA_SPLIT_MODE_BLOCK, "block"))

G_DEFINE_ENUM_TYPE (PymvaMixMode, pymva_mix_mode,
                    G_DEFINE_ENUM_VALUE (PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE, "same-as-split-mode"),
                    G_DEFINE_ENUM_VALUE (PYMVA_MIX_MODE_RANDOM, "random"),
                    G_DEFINE_ENUM_VALUE (PYMVA_MIX_MODE_ALTERNATE, "alternate"),
                    G_DEFINE_ENUM_VALUE (PYMVA_MIX_MODE_BLOCK, "block"))

G_DEFINE_ENUM_TYPE (PymvaAvailability, pymva_availability,
                    G_DEFINE_ENUM_VALUE (PYMVA_AVAILABILITY_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (PYMVA_AVAILABILITY_AVAILABLE, "available"),
                    G_DEFINE_ENUM_VALUE (PYMVA_AVAILABILITY_UNAVAILABLE, "unavailable"))

G_DEFINE_ENUM_TYPE (PymvaNormMode, pymva_norm_mode,
                    G_DEFINE_ENUM_VALUE (PYMVA_NORM_MODE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NORM_MODE_NUM_EVENTS, "num-events"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NORM_MODE_EQUAL_NUM_EVENTS, "equal-num-events"))

G_DEFINE_ENUM_TYPE (PymvaNegativeWeights, pymva_negative_weights,
                    G_DEFINE_ENUM_VALUE (PYMVA_NEGATIVE_WEIGHTS_ERROR, "error"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NEGATIVE_WEIGHTS_DROP, "drop"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NEGATIVE_WEIGHTS_ZERO, "zero"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE, "absolute"),
                    G_DEFINE_ENUM_VALUE (PYMVA_NEGATIVE_WEIGHTS_PASS, "pass"))

G_DEFINE_ENUM_TYPE (PymvaMissingValues, pymva_missing_values,
                    G_DEFINE_ENUM_VALUE (PYMVA_MISSING_VALUES_ERROR, "error"),
                    G_DEFINE_ENUM_VALUE (PYMVA_MISSING_VALUES_DROP, "drop"),
                    G_DEFINE_ENUM_VALUE (PYMVA_MISSING_VALUES_PASS, "pass"))

G_DEFINE_ENUM_TYPE (PymvaStatistic, pymva_statistic,
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_COUNT, "count"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_MISSING, "missing"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_SUM_OF_WEIGHTS, "sum-of-weights"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_MEAN, "mean"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_RMS, "rms"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_MINIMUM, "minimum"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STATISTIC_MAXIMUM, "maximum"))

G_DEFINE_ENUM_TYPE (PymvaStream, pymva_stream,
                    G_DEFINE_ENUM_VALUE (PYMVA_STREAM_STDOUT, "stdout"),
                    G_DEFINE_ENUM_VALUE (PYMVA_STREAM_STDERR, "stderr"))

G_DEFINE_ENUM_TYPE (PymvaInterpreterState, pymva_interpreter_state,
                    G_DEFINE_ENUM_VALUE (PYMVA_INTERPRETER_STATE_UNSET, "unset"),
                    G_DEFINE_ENUM_VALUE (PYMVA_INTERPRETER_STATE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (PYMVA_INTERPRETER_STATE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (PYMVA_INTERPRETER_STATE_CLOSED, "closed"))
