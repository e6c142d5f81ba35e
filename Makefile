# On a machine with only Python and make, each target first sets up what it needs: .venv, installed from
# requirements.txt, which pins every package by version and hash.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE  # hundreds of processes are started: none should compile the package anew

.DEFAULT_GOAL := help
.PHONY: help env annex test lab verify bench lint lock hooks clean elsewhere

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F '|' '{ printf "make %-8s%s\n", $$1, $$2 }'

annex: $(READY)  ## run every edition: its annex, results and charts, in outputs/
	$(BIN)/ictindex run --all

test: $(READY)  ## run the tests, and every notebook
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --nbval-lax tests notebooks

lab: $(READY)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

verify: $(READY)  ## check every edition, what-if and variant in outputs/ against its manifest
	$(BIN)/ictindex verify $(dir $(wildcard outputs/*/manifest.json outputs/*/what_if/*/manifest.json outputs/*/variants/*/manifest.json outputs/*/profiles/*/manifest.json))

bench: $(READY)  ## measure how long the annexes take
	$(BIN)/python benchmarks/annex.py

lint: $(READY)  ## check the style of the code, changing nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check

hooks: $(READY)  ## have git check the style before each commit
	$(BIN)/pre-commit install

lock: $(READY)  ## remake requirements.txt from pyproject.toml (make lock UPGRADE=--upgrade: newest releases)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-strip-extras --custom-compile-command "make lock" --quiet --output-file requirements.txt $(UPGRADE)

env: $(READY)  ## set up .venv only (rm -rf .venv first, to begin anew)

clean:  ## remove caches and what is built and not committed; .venv stays
	rm -rf outputs/.building outputs/.concluded outputs/.failed .hypothesis .pytest_cache .ruff_cache dist
	find outputs \( -name "annex.[dpx]*" -o -name evidence.html -o -name units.html -o -name run.json \) -delete
	find . -name .venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# The stamp comes last, so that a set-up which was interrupted starts again. uv is five times as fast as pip, but does not
# know pip's settings: where only pip can reach a package index, pip installs the same lock.
$(READY): requirements.txt pyproject.toml $(shell grep -qs ' $(CURDIR)/.venv$$' .venv/pyvenv.cfg || echo elsewhere)
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v < (3, 14) or sys.exit("ictindex needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is %d.%d: name another, as in  make PYTHON=python3.12" % v)'
	@echo "Setting up .venv, once: about half a minute"
	@rm -f $@
	@$(BIN)/pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/[^\]$$/p' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r .venv/uv.txt \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements.txt \
		|| { echo "uv could not install the packages: pip does it"; \
			$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt; }
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q ictindex
	@$(BIN)/python -c "import matplotlib.font_manager"  # which makes its list of fonts
	@touch $@

elsewhere:  # this .venv was made for another folder, whose code it would run
	@rm -rf .venv
