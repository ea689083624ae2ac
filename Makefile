# The one list of commands; CI runs these and nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: help setup demo serve test test-all lint format types sql bench lock contracts clean

help: ## what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(INSTALLED) ## install from the lock file into .venv

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24.2"  # older ones refuse extras among hashes
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	# Where PYTHONDONTWRITEBYTECODE is set, as in many containers, each call of dbt would compile
	# a thousand modules again.
	$(BIN)/python -m compileall -q -j 0 .venv/lib
	touch $@

demo: setup ## the whole path on specimen data, then serve on 127.0.0.1:8000
	$(BIN)/simimo demo

serve: setup ## serve the API and the start page
	$(BIN)/simimo serve

test: lint types ## everything but the slow tests
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

test-all: lint types sql ## every test, slow ones too, with coverage: it doubles their time
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

lint: setup ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## ruff, writing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## mypy --strict
	$(BIN)/mypy

sql: setup ## sqlfluff on the dbt models
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

bench: setup ## the figures that the README quotes
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r bench/requirements.txt
	$(BIN)/python -m bench

lock: setup ## write requirements.lock anew
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" \
		--no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock

clean: ## forget the demo: its database, vault, keys and specimen
	rm -rf .simimo dbt_project/target dbt_project/logs
