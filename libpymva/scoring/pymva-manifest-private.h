/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <pymva/pymva-enums.h>

G_BEGIN_DECLS

/* What manifest.json of a model file says; docs/model-file.md describes it. */

#define PYMVA_MANIFEST_FORMAT "pymva-model"
#define PYMVA_MANIFEST_MAJOR 1
#define PYMVA_MANIFEST_MINOR 0
#define PYMVA_MANIFEST_MOST_VARIABLES 100000

/* The kinds of entries. Those of other kinds are checked, and left alone. */
#define PYMVA_ENTRY_TABLES "tables"
#define PYMVA_ENTRY_GOLDEN "golden"
#define PYMVA_ENTRY_RESPONSES "responses"
#define PYMVA_ENTRY_BACKEND "backend"

/* What the outputs of a classification are: "probability" or "score", of which 0 means undecided;
 * of a regression: "value". */
#define PYMVA_OUTPUTS_PROBABILITY "probability"
#define PYMVA_OUTPUTS_SCORE "score"
#define PYMVA_OUTPUTS_VALUE "value"

typedef struct
{
  char *name;
  char *expression;
} PymvaManifestVariable;

typedef struct
{
  char *path;
  char *kind;
  char *sha256;
  guint64 size;
  gboolean executable;
} PymvaManifestEntry;

typedef struct
{
  JsonObject *json;
  char *method_name;
  char *title;
  PymvaAnalysisType analysis_type;
  GArray *variables; /* of PymvaManifestVariable */
  char **classes;
  char **targets;
  char *outputs;
  JsonArray *stages; /* part of json */
  GPtrArray *entries; /* of PymvaManifestEntry */
} PymvaManifest;

PymvaManifest *pymva_manifest_new (GBytes *text,
                                   GError **error);
void pymva_manifest_free (PymvaManifest *self);

/* The first entry of a kind, or NULL. */
const PymvaManifestEntry *pymva_manifest_find (const PymvaManifest *self,
                                               const char *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaManifest, pymva_manifest_free)

G_END_DECLS
