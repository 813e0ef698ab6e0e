# Two commands do all the set-up: make run, make test. They need python3 >= 3.11 with venv, and nothing else.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run test test-all lint bench lock clean

run: .venv/run.done
	$(BIN)/neurosteroid run brexanolone-postpartum

test: lint
	$(BIN)/python -m pytest -n 2

test-all: lint
	$(BIN)/python -m pytest -n 2 -m "slow or not slow"

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/vulture
	$(BIN)/codespell src docs README.md CHANGELOG.md CONTRIBUTING.md

bench: .venv/test.done
	$(BIN)/python -m benchmarks.run

.venv/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "neurosteroid needs python3 >= 3.11; say which with: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.done: .venv/python.done requirements/run.txt pyproject.toml
	$(PIP) install -r requirements/run.txt
	$(PIP) install --no-deps --editable .
	@touch $@

.venv/test.done: .venv/run.done requirements/test.txt
	$(PIP) install -r requirements/test.txt
	@touch $@

lock: .venv/python.done
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header --extra test --extra cluster --extra numba \
	  -c requirements/run.txt \
	  pyproject.toml -o requirements/test.txt
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-header --extra gpu -c requirements/run.txt \
	  pyproject.toml -o requirements/gpu.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
