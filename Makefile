# `make run` and `make test` install what they need from the lock files; again, they take seconds.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST ?=
FUZZ ?=
TRAIN ?=

BIN := .venv/bin
PIP_FLAGS := --disable-pip-version-check --no-input -qq
PIP := $(BIN)/python -m pip $(PIP_FLAGS)
NPM_FLAGS := --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
UV := uv==0.13.9
TORCH := torch==2.13.0

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test check pytest coverage format train bench load chaos fuzz audit biome hadolint image-check scale-check lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run-stamp static/vendor/htmx.min.js ## serve the page (HOST=127.0.0.1 PORT=8000)
	@echo "Convfold is at http://$(HOST):$(PORT)"
	@exec $(BIN)/python -m app --host $(HOST) --port $(PORT)

test: check pytest ## everything that has to pass before a change lands

check: .venv/dev-stamp biome ## formatting, rules, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

pytest: .venv/dev-stamp static/vendor/htmx.min.js node_modules/.dev-stamp ## the tests alone (PYTEST="-x tests/engine")
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tools.scale.programs
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(PYTEST)

coverage: override PYTEST += --cov=app
coverage: pytest ## the tests, and which lines none of them reaches

format: .venv/dev-stamp ## rewrite the Python files as `make check` wants them
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

train: .venv/dev-stamp ## train the default stack anew, with a score (TRAIN=--fresh forgets what was begun)
	$(BIN)/python -m tools.training $(TRAIN)

bench: .venv/dev-stamp ## measure, beside what a reader would use instead
	$(BIN)/python -m tools.bench

load: .venv/dev-stamp ## a class of 200 that uploads at once, and 500 readers of one view
	$(BIN)/python -m tools.load

chaos: .venv/dev-stamp ## senders that are slow, stalled, lying or endless; kill -9; a full disk
	$(BIN)/python -m tools.chaos

fuzz: .venv/fuzz-stamp ## damaged files of every format, and made-up requests (FUZZ="--seconds 600 --seed 3")
	$(BIN)/python -m tools.fuzz $(FUZZ)

interop: .venv/interop-stamp ## new weights saved by Keras, PyTorch and ONNX, imported and compared with their own outputs
	.venv/interop/bin/python -m tools.interop.make_files --check

audit: .venv/fuzz-stamp ## known weaknesses of what is installed (asks the package index)
	$(BIN)/python -m pip_audit --disable-pip --require-hashes --requirement requirements.lock

biome: node_modules/.dev-stamp ## the rules for JavaScript and CSS
	@PATH="$$PATH:$(CURDIR)/$(BIN)" node_modules/.bin/biome lint --error-on-warnings

hadolint: .venv/dev-stamp ## the rules for the Dockerfile
	$(BIN)/hadolint Dockerfile

image-check: .venv/dev-stamp ## build the container image where no engine runs, and use it (Debian, as root)
	$(BIN)/python -m tools.image_check

scale-check: .venv/dev-stamp static/vendor/htmx.min.js ## run replicas, a proxy and a store, end each under load (Debian)
	$(BIN)/python -m tools.scale

lock: $(BIN)/python ## write the lock files anew (UPGRADE=--upgrade takes new releases)
	$(PIP) install --prefix .venv/lock-tools --ignore-installed $(UV)
	@set -e; for name in requirements requirements-dev requirements-fuzz requirements-interop requirements-node; do \
		.venv/lock-tools/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-header $(UPGRADE) $$name.in -o $$name.lock; \
	done
	@$(FIND_NPM); $$npm install --package-lock-only --omit-lockfile-registry-resolved $(NPM_FLAGS) >/dev/null

clean: ## remove what the other targets made
	rm -rf .venv node_modules static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Python: one environment; a stamp older than its lock file is made again.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Convfold needs Python 3.11 or newer, and '$(PYTHON)' is not that: make PYTHON=/path/to/python3 ..." >&2; \
		exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "Python's venv module is missing (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; }

.venv/run-stamp: requirements.lock | $(BIN)/python
	@echo "Installing requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

.venv/dev-stamp: requirements-dev.lock requirements.lock | $(BIN)/python
	@echo "Installing requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch .venv/run-stamp $@

.venv/fuzz-stamp: requirements-fuzz.lock .venv/dev-stamp
	@echo "Installing requirements-fuzz.lock"
	@$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@

# An environment of its own: the packages are large, and Keras wants others than the server has. PyTorch has no
# lock, since its wheel differs from one registry to the next.
.venv/interop-stamp: requirements-interop.lock | $(BIN)/python
	@echo "Installing requirements-interop.lock and $(TORCH)"
	@$(PYTHON) -m venv --clear .venv/interop
	@.venv/interop/bin/python -m pip $(PIP_FLAGS) install --require-hashes -r requirements-interop.lock
	@.venv/interop/bin/python -m pip $(PIP_FLAGS) install $(TORCH)
	@touch $@

# htmx for the page, axe-core and Biome for the checks: from npm, or where there is none, from an npm in .venv.

FIND_NPM = npm=npm; npm --version >/dev/null 2>&1 || { \
	npm=$(BIN)/npm; \
	[ -x $$npm ] || { echo "No npm here: installing requirements-node.lock"; \
		$(PIP) install --require-hashes -r requirements-node.lock; }; }

static/vendor/htmx.min.js: package-lock.json | $(BIN)/python
	@echo "Installing htmx"
	@$(FIND_NPM); $$npm ci --omit=dev $(NPM_FLAGS) >/dev/null
	@mkdir -p static/vendor
	@cp node_modules/htmx.org/dist/htmx.min.js $@

node_modules/.dev-stamp: package-lock.json static/vendor/htmx.min.js | $(BIN)/python
	@echo "Installing axe-core and Biome"
	@$(FIND_NPM); $$npm ci $(NPM_FLAGS) >/dev/null
	@touch $@
