# Everything the book needs. `make help` lists the targets.

PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
BUILD  := $(BIN)/jupyter-book build . -W -n --keep-going

# PDF and figures carry no time of day; a fixed epoch (1 January 2026) keeps the rest of the bytes the same.
export SOURCE_DATE_EPOCH := 1767225600
export PYTHONHASHSEED := 0

# Tests that take minutes begin first, so that neither of the two workers waits for the other at the end.
LONGEST := tests/test_visits.py tests/test_pages.py tests/test_contributing.py

.DEFAULT_GOAL := help
.PHONY: help book pdf pdf-sheet package publish test audit bench canary notebooks lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(VENV)/book.stamp ## the HTML book in _build/html, from the stored outputs
	@if $(BIN)/python -I ladders/page/built.py; then echo "Nothing changed: the book in _build/html is up to date."; \
	else $(MAKE) --no-print-directory _build/html.sha256 && echo "The book is in _build/html/index.html"; fi

.PHONY: _build/html.sha256
_build/html.sha256:
	@$(BIN)/python -m ladders stale
	rm -rf $@ _build/html _build/.doctrees _build/jupyter_execute
	$(BUILD)
	@$(BIN)/python -I ladders/page/built.py --seal

pdf: $(VENV)/book.stamp ## the PDF in _build/latex/two-ladders.pdf (needs xelatex, latexmk, xindy)
	@$(BIN)/python -m ladders stale
	@for tool in xelatex latexmk xindy; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
	  echo "make pdf needs$$missing. On Debian or Ubuntu: apt-get install $$(tr '\n' ' ' < .ci/pdf-packages.txt)"; exit 1; fi
	rm -rf _build/latex _build/.doctrees
	$(BUILD) --builder pdflatex
	@echo "The book is in _build/latex/two-ladders.pdf"

pdf-sheet: pdf $(VENV)/test.stamp ## pictures of all pages of the PDF, to be looked at (needs pdftoppm)
	$(BIN)/python -m tests.audit.sheets

package: $(VENV)/book.stamp ## the data package alone, in _build/two-ladders-data.zip (make book puts it beside the pages)
	$(BIN)/python -m ladders package _build/two-ladders-data.zip

publish: book pdf ## what is put on the web, in _build/site: pages, PDF, data package, checksums
	rm -rf _build/site
	cp -r _build/html _build/site
	rm -f _build/site/.buildinfo
	cp _build/latex/two-ladders.pdf _build/site/
	cd _build/site && find . -type f ! -name sha256sums.txt | LC_ALL=C sort | xargs -d '\n' sha256sum > sha256sums.txt
	@echo "The site is in _build/site; sha256sum --check sha256sums.txt proves a copy of it"

test: $(VENV)/test.stamp ## everything that is proved of book, data, code and pages
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder $(LONGEST) tests --ignore tests/audit
	mkdir -p _build/figures
	LADDERS_FIGURES=$(CURDIR)/_build/figures $(BIN)/python -m pytest --nbval --nbval-current-env --numprocesses 2 --dist loadscope chapters

audit: $(VENV)/test.stamp ## what survives when data, code, machine and reader are shaken (under 30 minutes)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope tests/audit $(AUDIT)

bench: $(VENV)/test.stamp ## times, memory and growth of everything, measured in a fresh clone (BENCH=--publish keeps them)
	$(BIN)/python -m tests.audit.bench $(BENCH)

canary: ## make test on the newest releases that pyproject.toml allows; a failure tells what will break next
	$(PYTHON) -m venv --clear _build/canary
	$(PYTHON) -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies'], *p['optional-dependencies']['test'], sep='\n')" > _build/canary/needs.txt
	_build/canary/bin/python -m pip install --quiet --disable-pip-version-check -r _build/canary/needs.txt
	touch _build/canary/book.stamp _build/canary/test.stamp
	PYTHONPATH=$(CURDIR) $(MAKE) test VENV=_build/canary

notebooks: $(VENV)/book.stamp ## re-execute the chapters whose inputs changed, two at a time
	$(BIN)/python -m ladders notebooks

lock: ## write requirements.txt and requirements-test.txt anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

clean: ## remove what was built, but not the environment
	rm -rf _build .pytest_cache .hypothesis .ruff_cache

# The environment finds the package by a path relative to itself, so that a copied tree reads its own data.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	echo '../../../..' > $$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')/two-ladders.pth

$(VENV)/book.stamp: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/test.stamp: requirements-test.txt $(VENV)/book.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@
