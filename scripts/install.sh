#!/bin/sh
# Installs the locked packages and this checkout: install.sh VENV LOCKFILE.
set -eu
venv=$1 lock=$2
echo "Installing the packages of $lock into $venv (once; a minute or two) …"
"$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
# The build back end comes from the lock too, so nothing unpinned is fetched.
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
