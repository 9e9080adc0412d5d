/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

/**
 * PymvaDType:
 * @PYMVA_DTYPE_FLOAT32: 32-bit IEEE 754 numbers
 * @PYMVA_DTYPE_FLOAT64: 64-bit IEEE 754 numbers
 * @PYMVA_DTYPE_INT8: signed 8-bit integers
 * @PYMVA_DTYPE_UINT8: unsigned 8-bit integers
 * @PYMVA_DTYPE_INT16: signed 16-bit integers
 * @PYMVA_DTYPE_INT32: signed 32-bit integers
 * @PYMVA_DTYPE_INT64: signed 64-bit integers
 * @PYMVA_DTYPE_BOOL: truth values, one byte each, 0 or 1
 *
 * The type of a tensor's elements.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_DTYPE_FLOAT32,
  PYMVA_DTYPE_FLOAT64,
  PYMVA_DTYPE_INT8,
  PYMVA_DTYPE_UINT8,
  PYMVA_DTYPE_INT16,
  PYMVA_DTYPE_INT32,
  PYMVA_DTYPE_INT64,
  PYMVA_DTYPE_BOOL,
} PymvaDType;

#define PYMVA_TYPE_DTYPE (pymva_dtype_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_dtype_get_type (void) G_GNUC_CONST;

/**
 * PymvaAnalysisType:
 * @PYMVA_ANALYSIS_TYPE_CLASSIFICATION: signal against background: two classes
 * @PYMVA_ANALYSIS_TYPE_MULTICLASS: two or more classes, each with its own response
 * @PYMVA_ANALYSIS_TYPE_REGRESSION: one or more numbers per event
 *
 * What a method is to learn.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
  PYMVA_ANALYSIS_TYPE_MULTICLASS,
  PYMVA_ANALYSIS_TYPE_REGRESSION,
} PymvaAnalysisType;

#define PYMVA_TYPE_ANALYSIS_TYPE (pymva_analysis_type_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_analysis_type_get_type (void) G_GNUC_CONST;

/**
 * PymvaPart:
 * @PYMVA_PART_TRAINING: the events that methods learn from
 * @PYMVA_PART_TEST: the events that methods are judged by
 *
 * A part of a data set.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_PART_TRAINING,
  PYMVA_PART_TEST,
} PymvaPart;

#define PYMVA_TYPE_PART (pymva_part_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_part_get_type (void) G_GNUC_CONST;

/**
 * PymvaAvailability:
 * @PYMVA_AVAILABILITY_UNKNOWN: nobody has looked yet
 * @PYMVA_AVAILABILITY_AVAILABLE: the framework is there
 * @PYMVA_AVAILABILITY_UNAVAILABLE: the framework, or Python itself, is missing
 *
 * Whether a method can train in the Python that the library uses.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_AVAILABILITY_UNKNOWN,
  PYMVA_AVAILABILITY_AVAILABLE,
  PYMVA_AVAILABILITY_UNAVAILABLE,
} PymvaAvailability;

#define PYMVA_TYPE_AVAILABILITY (pymva_availability_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_availability_get_type (void) G_GNUC_CONST;

/**
 * PymvaSplitMode:
 * @PYMVA_SPLIT_MODE_RANDOM: at random, by the data set's seed
 * @PYMVA_SPLIT_MODE_ALTERNATE: by turns, in the order of the events
 * @PYMVA_SPLIT_MODE_BLOCK: the first ones train, the last ones test
 *
 * How events are divided into training and test events.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_SPLIT_MODE_RANDOM,
  PYMVA_SPLIT_MODE_ALTERNATE,
  PYMVA_SPLIT_MODE_BLOCK,
} PymvaSplitMode;

#define PYMVA_TYPE_SPLIT_MODE (pymva_split_mode_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_split_mode_get_type (void) G_GNUC_CONST;

/**
 * PymvaMixMode:
 * @PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE: as the split mode says
 * @PYMVA_MIX_MODE_RANDOM: mixed at random, by the data set's seed
 * @PYMVA_MIX_MODE_ALTERNATE: class by class in turns, as long as they last
 * @PYMVA_MIX_MODE_BLOCK: in the order of their tables
 *
 * In which order training events come.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE,
  PYMVA_MIX_MODE_RANDOM,
  PYMVA_MIX_MODE_ALTERNATE,
  PYMVA_MIX_MODE_BLOCK,
} PymvaMixMode;

#define PYMVA_TYPE_MIX_MODE (pymva_mix_mode_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_mix_mode_get_type (void) G_GNUC_CONST;

/**
 * PymvaNormMode:
 * @PYMVA_NORM_MODE_NONE: as they are
 * @PYMVA_NORM_MODE_NUM_EVENTS: the mean weight of each class is one
 * @PYMVA_NORM_MODE_EQUAL_NUM_EVENTS: the mean weight of the signal is one, and every class
 *   has the signal's sum of weights
 *
 * How the weights of the training events are normalised.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_NORM_MODE_NONE,
  PYMVA_NORM_MODE_NUM_EVENTS,
  PYMVA_NORM_MODE_EQUAL_NUM_EVENTS,
} PymvaNormMode;

#define PYMVA_TYPE_NORM_MODE (pymva_norm_mode_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_norm_mode_get_type (void) G_GNUC_CONST;

/**
 * PymvaNegativeWeights:
 * @PYMVA_NEGATIVE_WEIGHTS_ERROR: the data set is refused
 * @PYMVA_NEGATIVE_WEIGHTS_DROP: the events are left out
 * @PYMVA_NEGATIVE_WEIGHTS_ZERO: their weight becomes zero
 * @PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE: their weight loses its sign
 * @PYMVA_NEGATIVE_WEIGHTS_PASS: they reach the method as they are
 *
 * What is done with training events of negative weight.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_NEGATIVE_WEIGHTS_ERROR,
  PYMVA_NEGATIVE_WEIGHTS_DROP,
  PYMVA_NEGATIVE_WEIGHTS_ZERO,
  PYMVA_NEGATIVE_WEIGHTS_ABSOLUTE,
  PYMVA_NEGATIVE_WEIGHTS_PASS,
} PymvaNegativeWeights;

#define PYMVA_TYPE_NEGATIVE_WEIGHTS (pymva_negative_weights_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_negative_weights_get_type (void) G_GNUC_CONST;

/**
 * PymvaMissingValues:
 * @PYMVA_MISSING_VALUES_ERROR: the data set is refused
 * @PYMVA_MISSING_VALUES_DROP: the events are left out
 * @PYMVA_MISSING_VALUES_PASS: they reach the method as they are
 *
 * What is done with events that have a NaN or an infinity among their numbers.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_MISSING_VALUES_ERROR,
  PYMVA_MISSING_VALUES_DROP,
  PYMVA_MISSING_VALUES_PASS,
} PymvaMissingValues;

#define PYMVA_TYPE_MISSING_VALUES (pymva_missing_values_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_missing_values_get_type (void) G_GNUC_CONST;

/**
 * PymvaStatistic:
 * @PYMVA_STATISTIC_COUNT: how many values there are
 * @PYMVA_STATISTIC_MISSING: how many events have none: NaN or infinite
 * @PYMVA_STATISTIC_SUM_OF_WEIGHTS: the sum of the weights of those that have one
 * @PYMVA_STATISTIC_MEAN: the weighted mean
 * @PYMVA_STATISTIC_RMS: the weighted root of the mean square of the distances from the mean
 * @PYMVA_STATISTIC_MINIMUM: the least value
 * @PYMVA_STATISTIC_MAXIMUM: the greatest value
 *
 * A figure of a column.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_STATISTIC_COUNT,
  PYMVA_STATISTIC_MISSING,
  PYMVA_STATISTIC_SUM_OF_WEIGHTS,
  PYMVA_STATISTIC_MEAN,
  PYMVA_STATISTIC_RMS,
  PYMVA_STATISTIC_MINIMUM,
  PYMVA_STATISTIC_MAXIMUM,
} PymvaStatistic;

#define PYMVA_TYPE_STATISTIC (pymva_statistic_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_statistic_get_type (void) G_GNUC_CONST;

/**
 * PymvaStream:
 * @PYMVA_STREAM_STDOUT: what `print()` writes
 * @PYMVA_STREAM_STDERR: warnings and other messages
 *
 * A text stream of Python.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_STREAM_STDOUT,
  PYMVA_STREAM_STDERR,
} PymvaStream;

#define PYMVA_TYPE_STREAM (pymva_stream_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_stream_get_type (void) G_GNUC_CONST;

/**
 * PymvaInterpreterState:
 * @PYMVA_INTERPRETER_STATE_UNSET: nothing was asked of it yet
 * @PYMVA_INTERPRETER_STATE_STARTING: it is being started
 * @PYMVA_INTERPRETER_STATE_READY: it runs
 * @PYMVA_INTERPRETER_STATE_CLOSED: it was shut down, and cannot be started again in this process
 *
 * Where the interpreter is in its life.
 *
 * Since: 1.0
 */
typedef enum
{
  PYMVA_INTERPRETER_STATE_UNSET,
  PYMVA_INTERPRETER_STATE_STARTING,
  PYMVA_INTERPRETER_STATE_READY,
  PYMVA_INTERPRETER_STATE_CLOSED,
} PymvaInterpreterState;

#define PYMVA_TYPE_INTERPRETER_STATE (pymva_interpreter_state_get_type ())

PYMVA_AVAILABLE_IN_1_0
GType pymva_interpreter_state_get_type (void) G_GNUC_CONST;

G_END_DECLS
