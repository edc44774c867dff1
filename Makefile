# All commands of this project. Needs make, git and Python 3.10 or later; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLUGINS := plugins/aws plugins/gcp plugins/onelogin plugins/slack
SOURCES := resotolib resotoworker plugins tests bench docs

.PHONY: help setup run test check fmt lint types docs catalogue bench lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(VENV)/.ready ## make .venv and install everything

$(VENV)/.ready: setup.py pyproject.toml requirements-dev.txt $(PLUGINS:=/setup.py)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . $(PLUGINS:%=-e %)
	@touch $@

run: setup ## collect sample clouds and show them; RUN_ARGS= flags of the worker, EXIT=1 end after printing
	@exec $(BIN)/python -m tests.demo $(if $(EXIT),--exit) -- $(RUN_ARGS)

test: setup ## run all tests; TEST_ARGS= for pytest
	$(BIN)/python -m pytest -n 3 --dist loadfile $(TEST_ARGS)

check: lint types test ## everything that has to pass before a change lands

fmt: setup ## format the code
	$(BIN)/ruff format $(SOURCES) setup.py
	$(BIN)/ruff check --fix $(SOURCES) setup.py

lint: setup ## style and likely mistakes
	$(BIN)/ruff format --check $(SOURCES) setup.py
	$(BIN)/ruff check $(SOURCES) setup.py

types: setup ## static types
	$(BIN)/mypy

docs: setup ## write docs/reference anew
	$(BIN)/python -m docs.generate

catalogue: setup ## write the catalogues of AWS and GCP kinds anew
	cd plugins/aws && ../../$(BIN)/python -m builder
	cd plugins/gcp && ../../$(BIN)/python -m gcp_builder

bench: setup ## measure against the budgets
	$(BIN)/python -m bench

lock: setup ## pin the development environment anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --output-file requirements-dev.txt setup.py requirements-dev.in

clean: ## remove what was made here
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
