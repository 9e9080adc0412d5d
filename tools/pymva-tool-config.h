/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A key file that remembers its lines, and collects all that is wrong with it. */
typedef struct _ToolConfig ToolConfig;

/* A group and its keys. A group whose name ends in a blank begins the names of several:
 * "method " is for "[method forest]". Without a list, any key is good. */
typedef struct
{
  const char *group;
  const char * const *keys;
} ToolConfigGroup;

ToolConfig *tool_config_read (const char *path,
                              GError **error);
void tool_config_free (ToolConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolConfig, tool_config_free)

/* Complains of groups and keys that are not in the schema, which ends with an empty row. */
void tool_config_check (ToolConfig *self,
                        const ToolConfigGroup *schema);

/* The names of groups that begin so, in the order of the file. */
char **tool_config_list_groups (ToolConfig *self,
                                const char *prefix);
gboolean tool_config_has_group (ToolConfig *self,
                                const char *group);
char **tool_config_list_keys (ToolConfig *self,
                              const char *group);
/* NULL where there is no such key, or nothing after it. */
char *tool_config_dup_text (ToolConfig *self,
                            const char *group,
                            const char *key);
/* The parts of a list, between semicolons; never NULL. */
char **tool_config_dup_list (ToolConfig *self,
                             const char *group,
                             const char *key);
/* FALSE where there is no such key, or, with a complaint, where it is no number or truth. */
gboolean tool_config_get_number (ToolConfig *self,
                                 const char *group,
                                 const char *key,
                                 double *value);
gboolean tool_config_get_boolean (ToolConfig *self,
                                  const char *group,
                                  const char *key,
                                  gboolean *value);
gboolean tool_config_get_enum (ToolConfig *self,
                               const char *group,
                               const char *key,
                               GType type,
                               int *value);

/* Notes what is wrong with a key, or with a group where @key is NULL, or with the file. */
void tool_config_complain (ToolConfig *self,
                           const char *group,
                           const char *key,
                           const char *format,
                           ...) G_GNUC_PRINTF (4, 5);
guint tool_config_get_n_problems (ToolConfig *self);
/* "analysis.ini:12: what is wrong", in the order of the lines. */
char **tool_config_list_problems (ToolConfig *self);
const char *tool_config_get_path (ToolConfig *self);

G_END_DECLS
