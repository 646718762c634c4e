# Two commands matter: `make demo` and `make test`. Everything else is for people who change the code.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-train check setup setup-dev system format lint types imports lock clean

demo: setup
	$(BIN)/python scripts/demo.py

test: system setup-dev
	scripts/test.sh

test-train: setup-dev
	$(BIN)/python -m pip install --quiet -e ".[train]"
	$(BIN)/python -m pytest tests/models/test_losses.py

check: setup-dev format lint types imports test

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	scripts/make_venv.sh $(VENV) $(PYTHON)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	scripts/install.sh $(VENV) requirements.lock
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/python
	scripts/install.sh $(VENV) requirements-dev.lock
	touch $@ $(VENV)/.installed

system:
	scripts/system_packages.sh

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

lock:
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
