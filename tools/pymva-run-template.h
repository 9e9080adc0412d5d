/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A commented file for pymva run, which runs as it is where the examples are. */
extern const char run_template[];
