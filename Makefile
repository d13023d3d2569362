# Two commands do everything on a machine with Python 3.11 or newer and nothing else:
#   make serve   install what is needed into .venv and serve the twelve countries
#   make test    install what is needed and run the whole test suite
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe
ROOMS := pathways importers visualisations api cli

.PHONY: serve test lint soak schema catalogues requirements install install-dev clean

serve: install
	$(BIN)/pathways serve

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is needed (on Debian: the package python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install -q --require-hashes -r requirements.txt
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PIP) install -q --require-hashes -r requirements-dev.txt
	@touch $@

test: lint
	@bash tests/need_java.sh
	@bash tests/need_browser.sh
	$(BIN)/pytest -q -n 2 --dist loadgroup
	$(BIN)/pathways check

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is too long for every run: a million random profiles; servers and importers that are killed, many times.
soak: install-dev
	@bash tests/need_java.sh
	$(BIN)/pytest -q tests/soak

# The published JSON Schema of the directory's files.
schema: install
	$(BIN)/python -m pathways.format.publish docs/schema

# The catalogues of the pages' texts: new ones come in empty, old ones go.
catalogues: install
	$(BIN)/python -m api.extracting

# The pinned lists, with hashes and without the address of any index.
requirements: install-dev
	$(COMPILE) -o requirements.txt requirements.in
	$(COMPILE) -o requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) build dist *.egg-info
