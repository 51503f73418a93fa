# Needs Python 3.11 or later, make and a package index; everything else comes with the environment.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
OCR := .venv/.installed-ocr
export PYTHONPATH := $(CURDIR)/src

.PHONY: help report test ocr fidelity fuzz bench lab clean distclean

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(INSTALLED) ## build data/processed, run the notebooks and write reports/index.html
	$(BIN)/python -m analysis report

test: $(INSTALLED) ## run all checks and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src/analysis
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify notebooks/*.ipynb
	$(BIN)/python -m pytest

fidelity: $(INSTALLED) ## measure reading over typeset and published reports: reports/fidelity.md
	$(BIN)/python tests/fidelity.py

fuzz: $(INSTALLED) ## read damaged documents of every format; what goes wrong stays in reports/fuzz
	$(BIN)/python tests/fuzz.py

bench: $(INSTALLED) ## measure speed and memory against plain libraries: reports/bench.md
	$(BIN)/python tests/bench.py

ocr: $(OCR) ## install what reading scans needs (optional)

lab: $(INSTALLED) ## open the notebooks in JupyterLab
	cd notebooks && ../$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

clean: ## remove what was built: the store, reports and caches
	[ ! -d data/processed ] || find data/processed -mindepth 1 ! -name .gitkeep -delete
	rm -rf reports build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \
		-o -name '*.egg-info' \) -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	rm -rf .venv

$(INSTALLED): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(OCR): requirements-ocr.txt $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-ocr.txt
	@touch $@
