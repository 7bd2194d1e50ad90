# Deux commandes suffisent : « make demo » pour essayer, « make test » pour vérifier.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SIZE ?= 10690
NAME ?= import
FILES ?= 5000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo run test fuzz check fix bench docs clean

help:
	@echo "make demo        essayer le produit sur un Département fictif (SIZE=500 pour un petit)"
	@echo "make test        tout vérifier, navigateur compris"
	@echo "make fuzz        importer 5 000 fichiers abîmés (FILES=5000), du XML et des tableurs"
	@echo "make setup       préparer l'environnement de développement"
	@echo "make run         démarrer le site et le travail de fond"
	@echo "make check       style, types, maison, documents engendrés"
	@echo "make fix         corriger ce qui se corrige seul"
	@echo "make bench       mesurer (NAME=import|spreadsheets|pages|slots|indicators|messages|demo)"
	@echo "make docs        engendrer docs/generated"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.dev

demo: $(VENV)/.runtime
	@$(BIN)/emploi demo --size $(SIZE)

run: $(VENV)/.runtime
	@$(BIN)/emploi serve

test: $(VENV)/.dev
	@$(BIN)/python -m tests.run

fuzz: $(VENV)/.dev
	@EMPLOI_FUZZ=$(FILES) $(BIN)/python -m pytest tests/exchanges/caf/test_fuzz_writing.py \
		tests/exchanges/spreadsheets/test_fuzz_writing.py -q -p no:cacheprovider

check: $(VENV)/.dev
	@$(BIN)/python -m tests.run --checks-only

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .

bench: $(VENV)/.dev
	@$(BIN)/emploi bench $(NAME) --json

docs: $(VENV)/.runtime
	@$(BIN)/emploi generate_docs

clean:
	rm -rf $(VENV) .local .local-tests build dist
