# make demo     the sample community: a table here, a report, and a desk in your browser
#               (DEMO_ONCE=1 make demo starts the desk, logs in, sees the radar, and stops)
# make test     all tests; the desk's on SQLite (TESTS="tests/core" runs these alone)
# make test-postgres   the desk's tests on PostgreSQL
# make check    lint, format, types, imports, docs
# make bench    speed and memory, with ratios that can fail
# make audit    known vulnerabilities of what is locked; says so where nobody can be asked
# make sbom     what a release is made of, as CycloneDX: dist/kulanz.cdx.json
# make fuzz     feed every parser and the API with damaged input for a while (SECONDS=600)
# make docs     write the generated reference pages anew
# make clean    remove what the others made

PYTHON ?= python3
TESTS ?= tests
SECONDS ?= 600
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Tests start hundreds of processes: what the first one compiled the others find.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-postgres check bench audit sbom fuzz docs clean

demo: $(VENV)/base.stamp
	@$(BIN)/kulanz demo

test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest $(TESTS)

test-postgres: $(VENV)/dev.stamp
	@$(BIN)/python scripts/test-on-postgres

check: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/docs

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks

audit: $(VENV)/dev.stamp
	@$(BIN)/python scripts/audit

sbom: $(VENV)/dev.stamp
	@$(BIN)/python scripts/write-sbom dist/kulanz.cdx.json

fuzz: $(VENV)/dev.stamp
	@PYTHONPATH=tests $(BIN)/python -m fuzz --seconds $(SECONDS)
	@KULANZ_API_EXAMPLES=$$(($(SECONDS) * 10)) $(BIN)/python -m pytest --quiet tests/desk/test_api_as_described.py

docs: $(VENV)/dev.stamp
	@$(BIN)/python scripts/write-cli-reference
	@$(BIN)/python scripts/write-state-tables
	@$(BIN)/python scripts/write-api-reference

clean:
	rm -rf $(VENV) kulanz-demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Kulanz needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name a newer one, for example: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Making an environment of its own in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# A lock names everything, so nothing is resolved and nothing unlisted gets in.
$(VENV)/base.stamp: requirements-base.lock pyproject.toml $(VENV)/python.stamp
	@echo "Installing Kulanz (about a minute the first time)"
	@$(PIP) install --no-deps --require-hashes -r requirements-base.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements.lock $(VENV)/base.stamp
	@echo "Installing what tests and checks need"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@
