# SPDX-License-Identifier: Apache-2.0
# The front door: `make demo` is all that a newcomer needs; the CI calls the same targets.

BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo test check format bench lock clean

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## install Wayside and its tools into .venv/

$(READY): uv.lock pyproject.toml scripts/setup scripts/uv
	scripts/setup
	@touch $@

demo: setup ## run the pipeline over the demo clip: a table, a page, a score
	$(BIN)/wayside demo

test: setup ## run every test, those in a browser where there is Chromium
	scripts/browser
	$(BIN)/pytest

check: setup ## lint, types, contracts, house rules, licences
	scripts/check

format: setup ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## measure, as bench/README.md tells
	$(BIN)/python -m bench

lock: ## choose versions anew
	scripts/uv lock --upgrade

clean: ## remove what setup made
	rm -rf .venv .uv
