/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* Training the methods of a factory, for train and run. What goes wrong with a method is reported
 * where it happens, as there may be several. */

/* Where the model of a method goes: @output itself, or a file of its title in that folder. */
GFile *tool_choose_model_file (PymvaMethod *method,
                               const char *output,
                               gboolean folder);
void tool_print_dataset (PymvaDataset *dataset);
/* With a bar for each method, until Ctrl-C; each model is saved when it is trained. FALSE where any
 * of it failed. */
gboolean tool_train_all (PymvaFactory *factory,
                         const char *output,
                         gboolean folder);
gboolean tool_evaluate_all (PymvaFactory *factory);
/* Makes a folder with those above it. */
gboolean tool_make_folder (const char *path,
                           GError **error);

G_END_DECLS
