#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later

# The main job on real data: demo.sh [BUILD] trains two methods in one process, and applies them in
# a second one that has no Python. BUILD is the build folder.
set -eu

build=${1:-build}
source=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
begin=$(date +%s)

"$build/examples/demo/demo-train" "$source/data/tmva_class_example.root" "$folder"
# The second process gets nothing from the first but the files.
env -u PYMVA_PYTHON -u VIRTUAL_ENV "$build/examples/demo/demo-apply" "$folder" RandomForest Torch

echo "the demo took $(($(date +%s) - begin)) s"
