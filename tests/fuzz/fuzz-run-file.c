/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/memory-file.h"
#include "fuzz.h"
#include "pymva-run-data.h"
#include "pymva-tool-config.h"

#define URI "memory:///analysis.ini"

/* What `pymva run` does with a file before it looks at any other: it has all groups and keys. */
static const ToolConfigGroup schema[] = {
  { "run", run_dataset_keys },
  { "data", run_data_keys },
  { "dataset", run_dataset_keys },
  { "class ", run_class_keys },
  { "method ", NULL },
  { NULL },
};

/* Others ask Python which options they have. */
static const char * const types[] = {
  "ada-boost", "gradient-boosting", "keras", "lightgbm", "random-forest", "torch", "xgboost", NULL
};

/* Each option that there is not is compared with all that there are: more of them in a file lead to
 * no other code, and take most of the time. */
#define MOST_OPTIONS 3

static void
set_options (ToolConfig *config,
             const char *group)
{
  g_autofree char *type = tool_config_dup_text (config, group, "type");
  g_autofree char *options = tool_config_dup_text (config, group, "options");
  g_auto (GStrv) keys = tool_config_list_keys (config, group);
  g_autoptr (PymvaMethod) method =
    type != NULL && g_strv_contains (types, type)
      ? pymva_method_create_for_name (type, NULL, NULL) : NULL;

  if (method == NULL)
    return;
  if (options != NULL)
    pymva_method_set_options (method, options, NULL);
  for (guint i = 0; i < MOST_OPTIONS && keys[i] != NULL; i++)
    {
      g_autofree char *value = tool_config_dup_text (config, group, keys[i]);

      if (value != NULL)
        pymva_method_set_option (method, keys[i], value, NULL);
    }
}

static void
read_config (ToolConfig *config)
{
  g_auto (GStrv) methods = tool_config_list_groups (config, "method ");
  g_auto (GStrv) problems = NULL;
  PymvaAnalysisType type;
  gboolean flag;

  tool_config_check (config, schema);
  run_check_data (config);
  run_find_analysis_type (config, &type);
  tool_config_get_boolean (config, "data", "header", &flag);
  for (guint i = 0; methods[i] != NULL; i++)
    set_options (config, methods[i]);

  problems = tool_config_list_problems (config);
  g_assert (g_strv_length (problems) == tool_config_get_n_problems (config));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  static gsize once = 0;
  g_autoptr (GFile) file = memory_file_new (URI);
  g_autoptr (GBytes) content = g_bytes_new_static (data, size);
  g_autoptr (ToolConfig) config = NULL;

  if (g_once_init_enter (&once))
    {
      memory_file_register_scheme ();
      g_once_init_leave (&once, 1);
    }
  memory_file_set_content (file, content);
  config = tool_config_read (URI, NULL);
  g_assert (config != NULL);
  read_config (config);
  memory_file_set_content (file, NULL);

  return 0;
}
