# Everything a person or a build machine runs. Needs python3.11 and make; npm is optional.
# Every target but `lock`, `docs` and `format` writes only into folders that git ignores.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
QUIET := tools/quietly

.DEFAULT_GOAL := help
.PHONY: help venv demo run test test-quick check format docs bench security mutants assets browser pango dist lock clean

help:
	@echo "make demo        a made-up force, in your browser"
	@echo "make test        every test (starts Chromium)"
	@echo "make test-quick  the tests that need no browser, no real data and little time"
	@echo "make check       style, types, import ladder, generated documents; changes nothing"
	@echo "make format      bring the code into the form that make check wants"
	@echo "make run         serve the deployment in CSPDASH_HOME"
	@echo "make bench       measure: clicks, loads, open pages, five hundred people, dying workers"
	@echo "make assets      fetch third-party CSS and JavaScript into assets/_vendor"
	@echo "make security    scanners, advisories and long attacks (minutes)"
	@echo "make mutants     every safeguard taken out in turn: its test must fail"
	@echo "make docs        write the generated documents again"
	@echo "make dist        a wheel, third-party files included, in dist/"
	@echo "make lock        resolve requirements/*.in again into requirements/*.txt"
	@echo "make clean       remove what make made"

# The environment: made once, brought up to date when a requirement file or the package list changes.
$(VENV)/.python:
	@echo "Making $(VENV) (a minute or two, once)"
	@$(QUIET) $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.requirements: requirements/base.txt requirements/dev.txt | $(VENV)/.python
	@$(QUIET) $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.requirements setup.cfg pyproject.toml
	@$(QUIET) $(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

venv: $(VENV)/.installed

# Third-party files, never committed. The fetch writes bootstrap.min.css last, so that file is the sign that it went well.
VENDOR := assets/_vendor
$(VENDOR)/bootstrap.min.css: tools/fetch_assets.py $(VENV)/.requirements
	@$(BIN)/python tools/fetch_assets.py
	@touch $@

assets: $(VENV)/.requirements
	@$(BIN)/python tools/fetch_assets.py

READY := $(VENV)/.installed $(VENDOR)/bootstrap.min.css

demo: $(READY)
	@$(BIN)/cspdash demo

run: $(READY)
	@$(BIN)/cspdash serve

browser: pango
	@tools/install_chromium

# What PDF exports need of the operating system; without it they say so, and everything else works.
pango: $(VENV)/.requirements
	@tools/install_pango

.PHONY: provider kerberos proxies
provider:
	@tools/install_provider

kerberos:
	@tools/install_kerberos

proxies:
	@tools/install_proxies

test: $(READY) browser provider kerberos proxies
	@$(BIN)/python -m pytest -q --hypothesis-profile=full

test-quick: $(READY)
	@$(BIN)/python -m pytest -q -m "not browser and not slow and not real"

# Every check runs even if one fails, so that one run tells all there is to mend.
CHECKS := check-format check-style check-types check-imports check-docs
.PHONY: $(CHECKS)
check: $(READY)
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-format: $(READY)
	@$(QUIET) $(BIN)/ruff format --check .

check-style: $(READY)
	@$(QUIET) $(BIN)/ruff check .

check-types: $(READY)
	@$(QUIET) $(BIN)/mypy

check-imports: $(READY)
	@$(QUIET) $(BIN)/lint-imports --config setup.cfg

check-docs: $(READY)
	@$(QUIET) $(BIN)/python -m tools.generate_docs --check

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(READY)
	@$(BIN)/python -m tools.generate_docs

# Scanners in an environment of their own: beside the application they would change what it runs on.
TOOLS := .venv-security
$(TOOLS)/.requirements: requirements/security.txt | $(VENV)/.python
	@echo "Making $(TOOLS) (once)"
	@$(QUIET) $(PYTHON) -m venv $(TOOLS)
	@$(QUIET) $(TOOLS)/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements/security.txt
	@touch $@

security: $(READY) $(TOOLS)/.requirements
	@$(BIN)/python -m tools.security

# ONLY=T-CSRF: those of a name; JOBS=2: two at once; AGAIN=--anew or --near: which earlier findings count.
JOBS ?= 1
mutants: $(READY) browser provider kerberos
	@$(BIN)/python -m tools.mutants --jobs $(JOBS) $(AGAIN) $(ONLY)

bench: $(READY)
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.load --home .bench/full

# Put what was fetched into the wheel; start from an empty build folder, or files that are gone would come along.
dist: $(READY)
	@rm -rf build dist
	@$(QUIET) $(BIN)/python -m build --wheel --no-isolation
	@ls dist

# Keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest that the .in files allow.
LOCK = $(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --no-emit-find-links \
	--universal --python-version 3.11 $(UPGRADE)
lock: $(VENV)/.requirements
	@$(LOCK) requirements/base.in --output-file requirements/base.txt
	@$(LOCK) requirements/dev.in --output-file requirements/dev.txt
	@$(LOCK) requirements/security.in --output-file requirements/security.txt

clean:
	@rm -rf $(VENV) $(TOOLS) $(VENDOR) build dist cspdash.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find assets benchmarks callbacks cspdash data_access docs layouts tests tools -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null; true
