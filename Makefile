# Two commands do everything on a machine with Python 3.11 or newer and nothing else:
#   make serve   install what is needed into .venv and serve the twelve countries
#   make test    install what is needed and run the whole test suite
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe
TOOLS := .venv-tools
ROOMS := pathways importers visualisations api cli

.PHONY: serve test lint soak fuzz sbom audit wheel schema catalogues requirements install install-dev clean

serve: install
	$(BIN)/pathways serve

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv module is needed (on Debian: the package python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what is needed into $(VENV), this once. It takes a minute or two and says nothing meanwhile."
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

$(TOOLS)/.installed: requirements-tools.txt | $(BIN)/python
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip --disable-pip-version-check install -q --require-hashes -r requirements-tools.txt
	@touch $@

# Every parser of what strangers send, fed with what no writer writes, for FUZZ_SECONDS in all (half an hour).
fuzz: $(TOOLS)/.installed
	$(TOOLS)/bin/python -m tests.soak.fuzzing

# What the service is made of, in CycloneDX: every package with its version and the hashes that it is held to.
sbom: $(TOOLS)/.installed
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible --of JSON -o sbom.json requirements.txt

# Known vulnerabilities of the pinned packages, asked of the package index. Ends with 1 where there is one, with 2 where the index cannot be asked.
audit: $(TOOLS)/.installed
	$(BIN)/python -m bench.vulnerabilities $(TOOLS)/bin/pip-audit

# The package that `pip install` takes; the same bytes from the same commit.
wheel: install
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(PIP) wheel -q . --no-deps --no-build-isolation -w dist

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
	$(COMPILE) -o requirements-tools.txt requirements-tools.in

clean:
	rm -rf $(VENV) $(TOOLS) build dist *.egg-info sbom.json
