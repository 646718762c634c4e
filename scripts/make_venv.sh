#!/bin/sh
# Makes a virtual environment: make_venv.sh DIR PYTHON. Says in one line what to install when it cannot.
set -eu
dir=$1 python=$2
command -v "$python" >/dev/null 2>&1 || python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "xunjie needs Python 3.11 or newer. Type: sudo apt-get install python3 python3-venv" >&2
    exit 2
fi
if ! "$python" -m venv "$dir" 2>/dev/null; then
    rm -rf "$dir"
    echo "Python cannot make a virtual environment here. Type: sudo apt-get install python3-venv" >&2
    exit 2
fi
