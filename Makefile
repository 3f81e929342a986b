# Anamnesis. `make run` needs Python 3.11 or newer with venv, and nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: help run test lint format messages lock clean

help:
	@echo 'make run      start everything and print the address (PORT, ANAMNESIS_DATA, ANAMNESIS_DEMO_PASSWORD)'
	@echo 'make test     every test, on a PostgreSQL and a Chromium of their own (ARGS="-k allergy" picks some)'
	@echo 'make lint     every check that reads the code'
	@echo 'make format   lay the code out'
	@echo 'make messages bring the catalogues of the languages up to date (docs/languages.md)'
	@echo 'make lock     pin the newest allowed versions of all dependencies, with their hashes'
	@echo 'docs/running.md tells about the settings and about your own PostgreSQL.'

run: .venv/runtime
	@exec $(PY) manage.py serve

test: .venv/development
	@$(PY) -m pytest $(ARGS)

lint: .venv/development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@SECRET_KEY=lint $(BIN)/mypy .
	@find templates projections records config -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(BIN)/lint-imports --no-cache
	@! grep -rnE '_in_transaction\(' --include='*.py' config projections records eventstore || { \
		echo 'Append through eventstore.store.append: the inner function by hand holds the lock over other work.' >&2; exit 1; }
	@SECRET_KEY=lint $(PY) -W 'ignore:Got an error checking' manage.py makemigrations --check --dry-run
	@SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" ANAMNESIS_HTTPS=1 ANAMNESIS_HOSTS=clinic.example $(PY) manage.py check --deploy --fail-level WARNING

format: .venv/development
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@find templates projections records config -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} + || true

messages: .venv/development
	@SECRET_KEY=messages $(PY) manage.py makemessages

lock: .venv/development
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	@for lock in 'requirements.txt' 'requirements-dev.txt --group dev -c requirements.txt'; do \
		$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o $$lock || exit 1; \
	done

# A stamp remembers what was installed: the next start installs nothing.

.venv/made:
	@if [ -z '$(PYTHON)' ]; then \
		echo 'Anamnesis needs Python 3.11 or newer: install it (Debian: apt install python3 python3-venv), or name one, as in make run PYTHON=/opt/python/bin/python3.' >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make virtual environments: install its venv module (Debian: apt install python3-venv).' >&2; exit 1; }
	@echo 'Making the virtual environment in .venv ...'
	@umask 022 && $(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: requirements.txt | .venv/made
	@echo 'Installing what Anamnesis needs (once) ...'
	@$(call install,requirements.txt)
	@touch $@

.venv/development: requirements-dev.txt requirements.txt | .venv/made
	@echo 'Installing what the tests and checks need (once) ...'
	@$(call install,requirements-dev.txt)
	@touch $@ .venv/runtime

# Names each package as it comes; what goes wrong is told by pip itself.
define install
rm -f .venv/failed; umask 022; { \
	$(PY) -m pip install --disable-pip-version-check --no-input --progress-bar off \
		--require-hashes --only-binary :all: -r $(1) || touch .venv/failed; } \
	| sed -un 's/^Collecting \([A-Za-z0-9._-]*\).*/  \1/p'; test ! -e .venv/failed
endef
