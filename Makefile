# The two commands are `make run` and `make test`; both set up what they need first. `make help` lists all.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON_IN := .venv/bin/python

# Into the environment as they were typed, so that no shell and no make reads spaces, quotes or dollars in a file's name.
override export VIDEO := $(value VIDEO)
override export EXERCISE := $(value EXERCISE)

# uv brings certificates of its own, which know no company's proxy, as pip's settings may.
SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/*),--system-certs)

.PHONY: help setup run up down test lint bench load audit lock images

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/ready models/pose_landmarker_lean.task models/face_detector.tflite ## Environment, pinned packages, model, Redis (the others do this by themselves)
	@:

.venv/ready: requirements/dev.txt requirements/model.txt scripts/setup.sh scripts/prepare.py
	@scripts/setup.sh

models/pose_landmarker_lean.task: | .venv/ready
	@$(PYTHON_IN) -m scripts.prepare

models/face_detector.tflite: | models/pose_landmarker_lean.task
	@$(PYTHON_IN) -m scripts.prepare

run: setup ## Judge a video: make run VIDEO=squat.mp4 EXERCISE=squat (without VIDEO a clip is drawn)
	@$(PYTHON_IN) -m scripts.run

up: setup ## Start the service and leave it running
	@$(PYTHON_IN) -m scripts.up

down: ## Stop what `make up` started
	@if [ -x $(PYTHON_IN) ]; then $(PYTHON_IN) -m scripts.down; fi

lint: setup ## Only the checks that read: ruff, mypy, imports
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo | tail -n 1

# cfn-lint, kubernetes-validate and others, which nothing but the tests of deploy/ needs
.cache/checks/ready: requirements/checks.txt | .venv/ready
	@.venv/bin/uv venv --quiet --clear --python .venv/bin/python .cache/checks
	@.venv/bin/uv pip install --quiet $(SYSTEM_CERTS) --python .cache/checks/bin/python --require-hashes --requirement requirements/checks.txt
	@touch $@

test: lint .cache/checks/ready ## Everything: checks, then all tests
	@$(PYTHON_IN) -m pytest --numprocesses 3 --dist worksteal

load: setup ## A thousand submissions while workers are busy; two workers beside two bare pose loops
	@$(PYTHON_IN) -m benchmarks.load

audit: .cache/checks/ready ## Known weaknesses of the locked packages, as the Python packaging index knows them
	@for lock in api worker; do .cache/checks/bin/pip-audit --disable-pip --no-deps --strict --requirement requirements/$$lock.txt || exit 1; done

bench: setup ## Speed and memory beside a plain loop
	@$(PYTHON_IN) -m benchmarks

lock: setup ## Resolve requirements/*.in again (UPGRADE=1 takes newer versions)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)

images: setup ## Draw the README's pictures again
	@$(PYTHON_IN) -m scripts.draw_images
