# The commands of this project; `make help` lists them.

PYTHON ?= python3
VENV := .venv/bin/python
PIP := $(VENV) -m pip --disable-pip-version-check -qq install --require-hashes --requirement
PYTEST := $(VENV) -m pytest --numprocesses auto --dist worksteal
LINTS := lint-templates lint-python lint-django lint-css
SHEETS := site admin admin-book
TAILWIND := .venv/bin/tailwindcss --minify

# Each process of a test run would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-long lint $(LINTS) types format css messages clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## Prepare .venv; every manage.py command works then

install-dev: .venv/.installed-dev

run: install ## Run the whole platform; PORT, DATABASE_URL and REDIS_URL are honoured, Ctrl-C stops it
	@exec $(VENV) -m hacktiv.devstack

test: lint ## Check everything, in the browser too where there is a Chromium
	@$(PYTEST) -m "not long"

test-long: install-dev ## Run the long profiles: more examples, every page in every language, theme and width
	@docs/tools/bring_validator.sh
	@HYPOTHESIS_PROFILE=long $(PYTEST) -m "long or hypothesis"

# Two of them at once, whose output is kept apart.
lint: install-dev ## Check format, style, directions of import, migrations, settings and the built CSS
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(LINTS)

lint-templates:
	@$(VENV) -m djlint --check --lint templates || { echo "make format mends what is a matter of format."; exit 1; }

lint-python:
	@$(VENV) -m ruff format --quiet --check . || { echo "Not formatted: make format mends it."; exit 1; }
	@$(VENV) -m ruff check --quiet .
	@.venv/bin/lint-imports

lint-django: export DJANGO_SETTINGS_MODULE = hacktiv.settings.test
lint-django:
	@$(VENV) manage.py makemigrations --check --dry-run
	@$(VENV) manage.py check --fail-level WARNING

lint-css:
	@mkdir -p .local
	@for sheet in $(SHEETS); do \
	$(TAILWIND) --input static/css/$${sheet}_source.css --output .local/$$sheet.css 2>/dev/null; \
	cmp .local/$$sheet.css static/css/$$sheet.css || { echo "static/css/$$sheet.css is not what its source makes: make css"; exit 1; }; \
	done

types: install-dev ## Check the types of what writes, reads and decides (the second time takes seconds)
	@.venv/bin/mypy

format: install-dev ## Format code and templates
	@$(VENV) -m ruff check --quiet --fix . ; $(VENV) -m ruff format --quiet .
	@$(VENV) -m djlint --quiet --reformat templates

css: install-dev ## Build the style sheets in static/css/
	@for sheet in $(SHEETS); do \
	$(TAILWIND) --input static/css/$${sheet}_source.css --output static/css/$$sheet.css || exit 1; \
	done

messages: install-dev ## Extract the messages to translate into locale/ (needs gettext)
	@$(VENV) manage.py makemessages --all --no-obsolete --add-location file --extension html,txt,py \
	--ignore .venv --ignore .local --ignore staticfiles
	@$(VENV) docs/tools/sort_catalogues.py

clean: ## Remove .venv and what tools left (the data in .local stay)
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis staticfiles test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 or newer, or name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "$$($(PYTHON) -V) is too old: Python 3.11 or newer is needed; name one with PYTHON=..."; exit 1; }
	@echo "Preparing .venv, once"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.installed: .venv/.made requirements.txt
	@$(PIP) requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@$(PIP) requirements-dev.txt
	@touch $@
