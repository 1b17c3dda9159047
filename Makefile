# make run: sets up and opens the dashboard. make test: sets up, checks and tests. make help lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two workers suit two cores; a folder of tests stays with one worker, so that each app server starts once.
WORKERS ?= 2

# What failed is run once more, alone: a real browser on a busy machine is late now and then, a fault fails twice.
AGAIN := $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

.PHONY: run test check mutants setup setup-dev clean help

run: setup ## set up and open the dashboard
	$(BIN)/python -m streamlit run dashboard.py

test: setup-dev check ## set up, check and run all tests, those in a real browser included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope || $(AGAIN)

check: setup-dev ## style, formatting, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/core/test_architecture.py

mutants: setup-dev ## plant 30 small faults and see which the tests notice (minutes on an idle machine)
	$(BIN)/python benchmarks/mutants.py

setup: $(VENV)/runtime.stamp

setup-dev: $(VENV)/dev.stamp

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'FER Lab needs Python 3.11 or newer; name one with make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.txt | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt requirements-dev-alone.txt | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev-alone.txt
	@touch $@

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'
