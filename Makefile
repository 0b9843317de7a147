# `make help` tells what there is. Everything runs from a clean clone with Python 3.11+, pip and make.

.DEFAULT_GOAL := help
SHELL := /bin/sh
export PORT ?= 8000
export DATA_DIR ?= var

# The first Python that is new enough; PYTHON= names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
RUN := .venv/bin/python
TESTS ?= tests
CHECKED := lms courses welfare tests manage.py

.PHONY: help setup setup-dev run demo test journeys long crowd check bench chaos attack lock

help: ## tell what there is
	@echo "make TARGET   (PORT=$(PORT) DATA_DIR=$(DATA_DIR))"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## make .venv from the locked requirements
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1;) \
	$(PYTHON) -I lms/ops/install.py run

setup-dev:
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1;) \
	$(PYTHON) -I lms/ops/install.py dev

run: setup ## web, worker and beat in this shell; Ctrl-C stops all of it
	@$(RUN) -m lms.ops.supervisor

demo: setup ## empty the database and load fresh demo data
	@$(RUN) manage.py demo --fresh

test: setup-dev ## the whole suite on real PostgreSQL and Valkey (TESTS= names a part of it)
	@$(RUN) -m lms.ops.chromium
	@$(RUN) -m pytest -n 2 --dist loadgroup $(TESTS)

journeys: setup-dev ## whole courses in the browser, cut off and resumed, and every page with axe (SEED=)
	@$(RUN) -m lms.ops.chromium
	@$(RUN) -m pytest -n 2 --dist loadgroup -m "journey and long" \
		-o timeout=1800 -o faulthandler_timeout=1790 tests

check: setup-dev ## lint, types, import contracts, migrations up to date, templates
	$(RUN) -m ruff check $(CHECKED)
	$(RUN) -m ruff format --check $(CHECKED)
	$(RUN) -m mypy
	$(RUN) -m lms.ops.contracts
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) -m djlint templates --lint --quiet

long: setup-dev ## what takes minutes and needs no browser: more crash points, a week of outage for 10,000
	@$(RUN) -m pytest -n 2 --dist loadgroup -m "long and not journey" \
		-o timeout=1800 -o faulthandler_timeout=1790 tests

crowd: setup-dev ## a thousand analysts finish a course at once (CROWD=)
	@CROWD=$${CROWD:-1000} $(RUN) -m pytest -n 0 --durations=1 tests/courses/test_finishing_at_once.py

bench: setup-dev ## measure what must be fast (PARTS=player SIZES=200,20000 SEED=)
	@$(RUN) -m tests.benchmarks.run

chaos: setup-dev ## reminders under kills, cuts and wrong clocks (SEED= FAULTS= OCCURRENCES= PEOPLE= MODE=hold|resend)
	@where=$$(mktemp -d) && DATA_DIR=$$where $(RUN) -m tests.chaos.run; status=$$?; \
		[ $$status = 0 ] && rm -rf "$$where" || echo "Its logs are in $$where/chaos/logs"; exit $$status

attack: setup-dev ## try to match sealed rows to people with all that leaks (SEED= PEOPLE= PERIODS=)
	@where=$$(mktemp -d) && DATA_DIR=$$where $(RUN) -m tests.attack.run; status=$$?; rm -rf "$$where"; exit $$status

lock: setup-dev ## resolve pyproject.toml into both lock files
	$(RUN) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -q -o requirements/run.txt
	$(RUN) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -q -c requirements/run.txt -o requirements/dev.txt
