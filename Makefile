# `make run` and `make test` are all a newcomer needs; both build .venv from the locked lists.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHELL := /bin/bash

.DEFAULT_GOAL := help
.PHONY: help setup run test check fmt lint type imports slow bench schema reference calibration lock clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make run PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the locked packages into .venv (about a minute, once)" >&2
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q sim geo
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "installing the locked test tools into .venv" >&2
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

setup: .venv/.dev   ## the environment with test tools

run: .venv/.run     ## the main job: compare today's way with the railway, stage by stage
	@$(BIN)/corridor compare scenarios/today.yaml scenarios/herat.yaml scenarios/kandahar.yaml scenarios/full-line.yaml -o runs/main --replace

# what is compiled once is compiled beside the checks; then the tests in two halves at the same time, one a
# core; the other half is told when the first has ended
HALF := $(foreach part,analysis cli plots questions,tests/$(part))
OTHER_HALF = $(filter-out $(HALF) tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

test: .venv/.dev    ## everything that must hold
	@$(BIN)/python -c "from sim.engines.batch import make_ready; from sim import load; make_ready(); load('scenarios/full-line.yaml')" & \
	compiled=$$!; $(MAKE) --no-print-directory check || exit 1; wait $$compiled || exit 1; \
	told=$$(mktemp); $(BIN)/python -m pytest -m "not slow" $(OTHER_HALF) >$$told 2>&1 & other=$$!; \
	$(BIN)/python -m pytest -m "not slow" $(HALF); first=$$?; \
	wait $$other; second=$$?; cat $$told; rm -f $$told; exit $$((first | second))

check: lint imports type   ## style, layers, types

fmt: .venv/.dev     ## put the code in house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: .venv/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

imports: .venv/.dev
	@$(BIN)/lint-imports

type: .venv/.dev
	@$(BIN)/mypy

slow: .venv/.dev    ## all tests, the long ones too, each with all its examples
	@CORRIDOR_LONG_TESTS=1 $(BIN)/python -m pytest

schema: .venv/.dev  ## write scenarios/schema.json from the models
	@$(BIN)/corridor schema -o scenarios/schema.json

reference: .venv/.dev  ## write the generated manual pages
	@$(BIN)/python -c "from pathlib import Path; from sim.scenario import reference_page; from sim.tables import manual; Path('docs/reference/scenario.md').write_text(reference_page(), encoding='utf-8'); Path('docs/reference/tables.md').write_text(manual(), encoding='utf-8')"

bench: .venv/.dev   ## the engines against each other, and how their cost grows; minutes on a quiet machine
	@$(BIN)/python benchmarks/engines.py
	@$(BIN)/python benchmarks/starting.py
	@$(BIN)/python benchmarks/scaling.py

peers: .venv/.dev   ## the engines beside Ciw, salabim and OpenTNSim, fetched into .cache (needs the network)
	@$(BIN)/python benchmarks/peers.py

calibration: .venv/.dev  ## run today's scenarios and write docs/calibration.md's tables and picture
	@$(BIN)/python benchmarks/calibration.py

lock:               ## rewrite the locked lists (needs uv)
	@cd requirements && uv pip compile --universal --no-header --no-emit-index-url --no-emit-find-links --no-annotate --generate-hashes --python-version 3.11 run.in -o run.txt
	@cd requirements && uv pip compile --universal --no-header --no-emit-index-url --no-emit-find-links --no-annotate --generate-hashes --python-version 3.11 dev.in -c run.txt -o dev.txt

clean:              ## remove what make and runs made
	@rm -rf .venv .cache runs .mypy_cache .ruff_cache .hypothesis .import_linter_cache
