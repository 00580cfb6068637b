# sinho: set up, show, check and build. `make help` lists the targets.
#
# Everything is installed into .venv beside this file. A stamp file stands for each installed set of
# packages, so that a second call starts at once and a changed pyproject.toml installs again.
# Only relative paths are used: the folder's own path may hold spaces.

VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
OUT ?= out/demo
TESTFLAGS ?= -n auto --dist loadfile --no-loadscope-reorder
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint docs bench clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: $(STAMPS)/runtime ## check and plan Busan with and without the Polestar 4, run and simulate 20 days of it, into out/demo
	$(PY) -m sinho demo --out "$(OUT)"

# Every worker and command that the tests start reads what the first one compiled.
test: $(STAMPS)/test ## run the tests (TESTFLAGS=... for pytest)
	PYTHONDONTWRITEBYTECODE= $(PY) -m sinho warm
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest $(TESTFLAGS)

lint: $(STAMPS)/lint ## check style, formatting and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

docs: $(STAMPS)/docs ## build the documentation into docs/_build/html, every warning an error
	$(PY) -m sphinx -W --keep-going -n -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(STAMPS)/bench ## time large plans beside linopy and Pyomo, and compiling the sequence search
	$(PY) benchmarks/plan_large.py
	$(PY) benchmarks/sequence_compile.py
	@echo "Longer ones, minutes to an hour each; --help says how to shorten them:"
	@for name in csplib roadef growth peers; do echo "  $(PY) benchmarks/sequence_$$name.py"; done
	@for name in scale yardstick cpsat levelling stability; do echo "  $(PY) benchmarks/slot_$$name.py"; done

clean: ## remove what was built and planned, keep .venv
	rm -rf build dist out docs/_build docs/_generated .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## remove .venv too
	rm -rf $(VENV)

# The first Python of at least 3.11 that can make an environment; `make PYTHON=... demo` names one.
# An environment that is there already and works is kept.
$(STAMPS)/made:
	@set -e; chosen=""; \
	if $(PY) -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && $(PY) -m pip --version >/dev/null 2>&1; then \
	  mkdir -p $(STAMPS); touch $@; exit 0; \
	fi; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
	  if "$$python" -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then \
	    chosen="$$python"; break; \
	  fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo "sinho needs Python 3.11 or newer;" \
	    "found: $$("$${PYTHON:-python3}" --version 2>&1 | tail -n 1)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(or $(MAKECMDGOALS),demo)" >&2; \
	  exit 1; \
	fi; \
	if ! "$$chosen" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "$$chosen cannot make environments: its modules venv and ensurepip are missing" \
	    "(on Debian and Ubuntu: apt-get install python3-venv)." >&2; \
	  exit 1; \
	fi; \
	echo "setting up $(VENV) with $$("$$chosen" --version)"; \
	"$$chosen" -m venv --clear $(VENV); \
	mkdir -p $(STAMPS); \
	touch $@

$(STAMPS)/runtime: $(STAMPS)/made pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/made pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@cd $(STAMPS) && touch runtime test lint docs bench dev

$(STAMPS)/%: $(STAMPS)/made pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[$*]"
	@touch $@
