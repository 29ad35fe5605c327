#!/usr/bin/env bash
# Makes the peers' Python environments in FOLDER (about 5 GB): setup.sh FOLDER
set -euo pipefail
folder=${1:?usage: setup.sh FOLDER}
environment() {
  local name=$1
  shift
  [ -x "$folder/$name/bin/python" ] || python3 -m venv "$folder/$name"
  "$folder/$name/bin/pip" install --quiet "$@"
}
mkdir -p "$folder"
environment tensorflow tensorflow-cpu==2.21.0
environment torch torch numpy
environment jax jax numpy
environment tf-keras tensorflow-cpu==2.21.0 tf-keras
environment mpi mpich mpi4py numpy
