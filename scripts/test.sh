#!/bin/sh
# Formatting, types, import contracts and all tests. With CI=true a skipped test is a failure.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
echo "== format and lint"; $bin/ruff format --check . && $bin/ruff check .
echo "== types";           $bin/mypy
echo "== import contracts"; $bin/lint-imports
echo "== tests"
exec $bin/python -m pytest --cov --cov-report=term:skip-covered "$@"
