# Everything that is done with this repository, one word each: `make help`.
# Needs bash, make, git and Python 3.11 or newer with pip and venv; the rest is installed into .venv on first use.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for one in python3 python3.13 python3.12 python3.11; do \
	"$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$one" && break; done)
VENV ?= .venv
REPORTS ?= reports
ARGS ?=
COVERED ?= 95

# What Python compiles is kept beside the sources, which git ignores: pytest compiles the plugin anew otherwise, each time.
unexport PYTHONDONTWRITEBYTECODE

BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet --quiet --no-input
PURE := errors addresses record schema expressions chart scope gherkin rules agreement lint history verdict pairing model checks sensitivity
comma := ,
blank := $(subst ,, )
# Whether ARGS may leave rows out; only then may the run report into $(REPORTS)/selected. A run that left none out after
# all (--lf when nothing has failed) is a complete one, and its Allure results are moved to where those stand.
SELECTING := $(strip $(filter -k% -m% --lf% --last-failed% --sw% --stepwise% --replay% --integration% --environment% --deselect% --ignore%,\
	$(ARGS)) $(findstring features/,$(ARGS)) $(findstring ::,$(ARGS)) $(findstring .feature,$(ARGS)))
PURE_FILES := $(subst $(blank),$(comma),$(foreach room,$(PURE),src/signoff/$(room).py src/signoff/$(room)/*))

# A virtual environment knows its folder by name; in a folder that was moved or copied it is made anew.
ifneq ($(shell cat '$(VENV)/.folder' 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.folder
endif

.PHONY: accept test lint report bench docs qualify clean help

help: ## say what there is
	@echo "make TARGET [ARGS='…']   ARGS are handed to pytest by accept and test"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

accept: $(VENV)/.runtime ## run the acceptance suite against embedded simulators, and write the reports
	@echo "accept: rehearsing every integration in features/"
	@mkdir -p '$(REPORTS)'
	@began="$$(mktemp)"; trap 'rm -f "$$began"' EXIT; status=0; \
	results='$(REPORTS)$(if $(SELECTING),/selected)/allure-results'; \
	$(PY) -m pytest --reports='$(REPORTS)' --alluredir="$$results" --clean-alluredir $(ARGS) || status=$$?; \
	if [ -n '$(if $(SELECTING),yes)' ] && [ '$(REPORTS)/signoff.html' -nt "$$began" ] && [ -d "$$results" ]; then \
		rm -rf '$(REPORTS)/allure-results'; mv "$$results" '$(REPORTS)/allure-results'; results='$(REPORTS)/allure-results'; fi; \
	sheets='$(REPORTS)'; if [ -n '$(if $(SELECTING),yes)' ] && [ '$(REPORTS)/selected/signoff.html' -nt "$$began" ]; then \
		sheets='$(REPORTS)/selected'; echo "accept: only the selected rows were judged; no sign-off"; fi; \
	for one in signoff.html summary.md signoff.json coverage.csv unmentioned.csv edges.csv; do \
		[ ! -e "$$sheets/$$one" ] || echo "accept: $$sheets/$$one"; done; \
	[ ! -e "$$results" ] || echo "accept: $$results"; \
	if [ $$status = 0 ] && [ ! "$$sheets/signoff.html" -nt "$$began" ]; then \
		echo "accept: no sheet was written: the run ended before its time, and nothing is accepted"; exit 1; fi; \
	exit $$status

test: $(VENV)/.dev ## run the harness's own tests, and show what they cover
	@echo "test: tests/, every warning an error"
	@rm -f .coverage .coverage.*
	@$(PY) -m coverage run -m pytest tests -W error -n auto --dist worksteal $(ARGS)
	@$(PY) -m coverage combine --quiet
	@echo "test: branches covered in the pure rooms (at least $(COVERED) %)"
	@$(PY) -m coverage report --include='$(PURE_FILES)' --skip-covered --fail-under=$(COVERED)

lint: $(VENV)/.dev ## check style, format, types and the import law
	@echo "lint: ruff check"
	@$(PY) -m ruff check --quiet .
	@echo "lint: ruff format --check"
	@$(PY) -m ruff format --quiet --check .
	@echo "lint: mypy --strict"
	@$(PY) -m mypy
	@echo "lint: a room imports only the rooms before it"
	@$(BIN)/lint-imports

report: $(VENV)/.runtime ## make the Allure report of the last complete run, one HTML file
	@$(PY) -c 'from signoff.evidence.report import find_node; find_node()' 2>/dev/null || { \
		echo "report: no Node 20 here; installing one from PyPI into $(VENV) (60 MB)"; \
		$(PIP) install -c constraints/runtime.txt -e '.[report]'; }
	@echo "report: Allure"
	@$(PY) -m signoff.evidence.report '$(REPORTS)'

bench: $(VENV)/.runtime ## measure
	@for one in benchmarks/*.py; do echo "bench: $$one"; $(PY) "$$one"; done

docs: $(VENV)/.runtime ## write the generated pages of docs/reference
	@$(PY) docs/generate.py

qualify: $(VENV)/.dev ## plant defects in the reference connector, and show which statements notice them
	@echo "qualify: altered reference connectors, one after the other"
	@[ -n '$(ARGS)' ] || $(PY) -m pytest -q -m defects tests
	@$(PY) tests/defects/qualify.py $(ARGS)

clean: ## remove what these targets made
	@echo "clean: .venv, caches, reports"
	@rm -rf .venv .venv-* .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
		build dist node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find reports -mindepth 1 -maxdepth 1 ! -name .gitkeep -exec rm -rf {} +

$(VENV)/.folder:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed, as python3 or by PYTHON=…"; exit 1; }
	@echo "$(VENV): a virtual environment of $$($(PYTHON) --version)"
	@rm -rf '$(VENV)'
	@$(PYTHON) -m venv '$(VENV)' || { rm -rf '$(VENV)'; echo "$(PYTHON) needs its venv module (Debian: python3-venv)"; exit 1; }
	@printf '%s' '$(CURDIR)' > '$@'

$(VENV)/.runtime: $(VENV)/.folder pyproject.toml constraints/runtime.txt
	@echo "$(VENV): installing signoff and what it needs"
	@$(PIP) install -c constraints/runtime.txt -e '.[parallel]'
	@touch '$@'

$(VENV)/.dev: $(VENV)/.runtime constraints/dev.txt
	@echo "$(VENV): installing the tools of lint and test"
	@$(PIP) install -c constraints/runtime.txt -c constraints/dev.txt -e '.[dev]'
	@touch '$@'
