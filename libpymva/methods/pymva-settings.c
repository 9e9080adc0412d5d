/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-settings-private.h"

typedef struct
{
  GParamSpec *pspec;
  GValue value;
} Setting;

static void
setting_clear (Setting *setting)
{
  g_value_unset (&setting->value);
}

GArray *
pymva_settings_new (void)
{
  GArray *self = g_array_new (FALSE, TRUE, sizeof (Setting));

  g_array_set_clear_func (self, (GDestroyNotify) setting_clear);

  return self;
}

GValue *
pymva_settings_add (GArray *self,
                    GParamSpec *pspec)
{
  Setting *setting;

  g_array_set_size (self, self->len + 1);
  setting = &g_array_index (self, Setting, self->len - 1);
  setting->pspec = pspec;
  g_value_init (&setting->value, pspec->value_type);

  return &setting->value;
}

void
pymva_settings_apply (GArray *self,
                      GObject *object)
{
  g_object_freeze_notify (object);
  for (guint i = 0; i < self->len; i++)
    {
      Setting *setting = &g_array_index (self, Setting, i);

      g_object_set_property (object, setting->pspec->name, &setting->value);
    }
  g_object_thaw_notify (object);
}
