# `make run` and `make test` install what they need from the lock files. The next time this takes only seconds.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST ?=
MARKED := not thorough
FUZZ ?=
TRAIN ?=
ATTACK ?=
INTEROP ?=
LIST ?=
OUT ?= build/snapshots
URL ?=

BIN := .venv/bin
PIP_FLAGS := --disable-pip-version-check --no-input -qq
PIP := $(BIN)/python -m pip $(PIP_FLAGS)
NPM_FLAGS := --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
UV := uv==0.13.9
TORCH := torch==2.13.0
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard app/locale/*/LC_MESSAGES/convfold.po))

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install run test check pytest thorough coverage format screenshots snapshots browsers lighthouse build train bench load chaos attack fuzz interop audit messages translations biome hadolint image-check scale-check release lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/run-stamp static/built/main.js $(TRANSLATIONS) ## install what the server needs, without starting it

run: install ## install and start the server (HOST=127.0.0.1 PORT=8000)
	@echo "Convfold is at http://$(HOST):$(PORT)"
	@exec $(BIN)/python -m app --host $(HOST) --port $(PORT)

test: check pytest ## run all checks and tests; they must pass before a change is merged

check: .venv/dev-stamp biome ## check formatting, lint rules, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

pytest: .venv/dev-stamp node_modules/.dev-stamp static/built/main.js $(TRANSLATIONS) ## run the tests only (PYTEST="-x tests/engine")
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tools.scale.programs
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "$(MARKED)" $(PYTEST)

thorough: ## run the tests that make test leaves out: layouts in other languages than English and German, more lessons, locks and files
	@$(MAKE) --no-print-directory pytest MARKED=thorough

coverage: override PYTEST += --cov=app
coverage: pytest ## run the tests and list the lines that none of them reaches

format: .venv/dev-stamp ## format the Python files as `make check` requires
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

screenshots: .venv/dev-stamp static/built/main.js ## make the pictures of the documents again, from the real pages
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tools.screenshots

snapshots: install ## write views as files that need no server (LIST=addresses.txt OUT=build/snapshots URL=https://convfold.example.org)
	@test -n "$(LIST)" || { echo "Name a file with one address a line: make snapshots LIST=addresses.txt" >&2; exit 1; }
	$(BIN)/python -m tools.snapshots "$(LIST)" --out "$(OUT)" --url "$(URL)"

browsers: .venv/dev-stamp static/built/main.js ## test the main path in Firefox and WebKitGTK (Debian installs them)
	$(BIN)/python -m tools.browsers

lighthouse: .venv/dev-stamp static/built/main.js tools/lighthouse/node_modules/.stamp ## audit the lab and a fold as a slow phone loads them; performance must be 90
	@$(BIN)/python -m tests.browser.chromium
	@$(FIND_NODE); $(BIN)/python -m tools.lighthouse

build: static/built/main.js ## join and compress the scripts and style sheets; make run does so first

train: .venv/dev-stamp ## train the default layers again and print the score (TRAIN=--fresh discards an interrupted run)
	$(BIN)/python -m tools.training $(TRAIN)

bench: .venv/dev-stamp ## measure the speed, compared with the alternatives
	$(BIN)/python -m tools.bench

load: .venv/dev-stamp ## test a class of 200 uploads at the same time, 500 readers of one view, and readers beside 30 live cameras
	$(BIN)/python -m tools.load

chaos: .venv/dev-stamp ## test slow, stalled, lying and endless uploads, kill -9 and a full disk
	$(BIN)/python -m tools.chaos

attack: .venv/dev-stamp ## test attacks on memory, CPU time and other readers, against what is promised (ATTACK="hdf5 edits")
	$(BIN)/python -m tools.attack $(ATTACK)

fuzz: .venv/fuzz-stamp ## test damaged files of every format and random requests (FUZZ="--seconds 600 --seed 3")
	$(BIN)/python -m tools.fuzz $(FUZZ)

interop: .venv/interop-stamp .venv/dev-stamp ## import weights that Keras, PyTorch and ONNX saved, and compare the results with theirs (INTEROP="--seed 100")
	.venv/interop/bin/python -m tools.interop.make_files --check
	$(BIN)/python -m tools.interop.random_nets $(INTEROP)

audit: .venv/fuzz-stamp ## list known vulnerabilities of the packages; fails if one could not be looked up (asks the package index)
	$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --requirement requirements.lock

messages: .venv/dev-stamp ## write every sentence of code and templates to app/locale/convfold.pot and to every catalog, for translators
	@mkdir -p app/locale
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --project Convfold --sort-by-file --add-location file \
		--output-file app/locale/convfold.pot app templates
	$(BIN)/pybabel --quiet update --input-file app/locale/convfold.pot --output-dir app/locale --domain convfold --no-fuzzy-matching \
		--ignore-pot-creation-date

translations: $(TRANSLATIONS) ## compile the catalogs of app/locale, as `make run` and `make pytest` do

biome: node_modules/.dev-stamp ## check JavaScript and CSS
	@PATH="$$PATH:$(CURDIR)/$(BIN)" node_modules/.bin/biome lint --error-on-warnings

hadolint: .venv/dev-stamp ## check the Dockerfile
	$(BIN)/hadolint Dockerfile

image-check: .venv/dev-stamp ## build and test the container image without a container engine (Debian, as root)
	$(BIN)/python -m tools.image_check

scale-check: .venv/dev-stamp static/built/main.js ## run replicas, a proxy and a store, and stop each under load (Debian)
	$(BIN)/python -m tools.scale

release: .venv/dev-stamp ## write the version and the date of a release, and print the commands for its tag (VERSION=0.3.0)
	@$(BIN)/python -m tools.release $(VERSION)

lock: $(BIN)/python ## write the lock files again (UPGRADE=--upgrade uses new releases)
	$(PIP) install --prefix .venv/lock-tools --ignore-installed $(UV)
	@set -e; for name in requirements requirements-dev requirements-fuzz requirements-interop requirements-translations requirements-node; do \
		.venv/lock-tools/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-header $(UPGRADE) $$name.in -o $$name.lock; \
	done
	@$(FIND_NODE); for folder in . tools/lighthouse; do \
		(cd $$folder && npm install --package-lock-only --omit-lockfile-registry-resolved $(NPM_FLAGS) >/dev/null); \
	done

clean: ## remove all files that the other commands made
	rm -rf .venv node_modules static/built tools/lighthouse/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Python has one environment. If a lock file is newer than its stamp, its packages are installed again.

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
	@touch .venv/run-stamp .venv/translations-stamp $@

# Babel alone, where nothing else of requirements-dev.lock is needed.
.venv/translations-stamp: requirements-translations.lock | $(BIN)/python
	@echo "Installing requirements-translations.lock"
	@$(PIP) install --require-hashes -r requirements-translations.lock
	@touch $@

.venv/fuzz-stamp: requirements-fuzz.lock .venv/dev-stamp
	@echo "Installing requirements-fuzz.lock"
	@$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@

# This has its own environment: the packages are large, and Keras needs other versions than the server. PyTorch is not
# locked, because its wheel differs between registries.
.venv/interop-stamp: requirements-interop.lock | $(BIN)/python
	@echo "Installing requirements-interop.lock and $(TORCH)"
	@$(PYTHON) -m venv --clear .venv/interop
	@.venv/interop/bin/python -m pip $(PIP_FLAGS) install --require-hashes -r requirements-interop.lock
	@.venv/interop/bin/python -m pip $(PIP_FLAGS) install $(TORCH)
	@touch $@

# A translation is compiled here and read by the standard library at run time. English has none: it is in the code.
app/locale/%.mo: app/locale/%.po | .venv/translations-stamp
	@echo "Compiling $<"
	@$(BIN)/python tools/compile_translations.py $<

# htmx and Rolldown are for the pages, axe-core and Biome for the checks. All come from npm. If Node.js is missing or older than
# Rolldown needs, it is installed in .venv.

NEW_ENOUGH := const [a, b] = process.versions.node.split("."); process.exit(+!(a > 22 || a == 22 && b > 11 || a == 20 && b > 18))
FIND_NODE = { node -e '$(NEW_ENOUGH)' && npm --version; } >/dev/null 2>&1 || { \
	PATH="$(CURDIR)/$(BIN):$$PATH"; \
	[ -x $(BIN)/npm ] || { echo "No Node.js here that is new enough: installing requirements-node.lock"; \
		$(PIP) install --require-hashes -r requirements-node.lock; }; }

node_modules/.run-stamp: package-lock.json | $(BIN)/python
	@echo "Installing htmx and Rolldown"
	@$(FIND_NODE); npm ci --omit=dev $(NPM_FLAGS) >/dev/null
	@touch $@

node_modules/.dev-stamp: package-lock.json | $(BIN)/python
	@echo "Installing htmx, Rolldown, axe-core and Biome"
	@$(FIND_NODE); npm ci $(NPM_FLAGS) >/dev/null
	@touch node_modules/.run-stamp $@

# Lighthouse is large and has a lock file of its own.
tools/lighthouse/node_modules/.stamp: tools/lighthouse/package-lock.json | $(BIN)/python
	@echo "Installing Lighthouse"
	@$(FIND_NODE); cd tools/lighthouse && npm ci $(NPM_FLAGS) >/dev/null
	@touch $@

# The scripts and style sheets as the pages load them: few files, compressed. A change of their sources makes them again.
static/built/main.js: package-lock.json $(shell find static/js static/css tools/page_files -type f) | node_modules/.run-stamp
	@$(FIND_NODE); node tools/page_files/build.mjs
