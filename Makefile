# What one can ask for. `make` alone prints this list.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## a demo clinic at http://localhost:8000 (PORT=8001 for another port)
	@PORT=$(PORT) $(PYTHON) deploy/run.py

setup: ## .venv/ with the locked packages, nothing more
	@$(PYTHON) deploy/prepare.py core

members: ## simulated members for the demo's group (COUNT=6)
	@.venv/bin/python manage.py demo_members $(if $(COUNT),--count $(COUNT))

demo-reset: ## the demo's data from scratch
	@.venv/bin/python manage.py demo --reset

check: ## the fast tests: style, types, settings, pytest, the browser's modules (under 2 minutes)
	@.ci/prepare check
	@.venv/bin/python .ci/check.py $(ONLY)

test: ## everything: check, PostgreSQL and Redis, the long model, the journeys (under 20 minutes)
	@.ci/test

journeys: ## the journeys in a real browser (ONLY=tests/e2e/test_x.py for one file)
	@.ci/prepare test
	@.ci/journeys $(ONLY)

chaos: ## two servers, one SQLite file, ten members, kill -9 at random (SEED=1 SECONDS=60)
	@.ci/prepare check
	@.venv/bin/python -m bench.chaos --seed $(or $(SEED),1) --seconds $(or $(SECONDS),60)

messages: ## gather new words into locale/ (then translate them there and run it again)
	@.venv/bin/python .ci/messages.py

shots: ## photographs of every page and state of the room, and axe's verdict on each (ONLY="june room")
	@.ci/prepare test
	@.venv/bin/python -m tests.e2e.shots $(ONLY)

bench: ## what the live room costs, against others (ONLY=joining for one part)
	@.ci/prepare test
	@.venv/bin/python -m bench $(ONLY)

lock: ## compile requirements/*.in into hash-locked *.txt
	@deploy/lock

.PHONY: help run setup members demo-reset check test journeys shots chaos bench messages lock
