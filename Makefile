# Everything a person or a build machine runs. Needs python3.11 and make; npm is optional.
# Every target but `lock` and `docs` writes only into folders that git ignores.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
QUIET := tools/quietly

.DEFAULT_GOAL := help
.PHONY: help venv demo run test test-quick check docs bench assets browser lock clean

help:
	@echo "make demo        a made-up force, in your browser"
	@echo "make test        every test (starts Chromium)"
	@echo "make test-quick  the tests that need no browser, no real data and little time"
	@echo "make check       style, types, import ladder, generated documents; changes nothing"
	@echo "make run         serve the deployment in CSPDASH_HOME"
	@echo "make bench       measure"
	@echo "make assets      fetch third-party CSS and JavaScript into assets/vendor"
	@echo "make docs        write the generated documents again"
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
