# The front door; `make` alone prints help. Written for GNU make 3.81, which macOS has.
PYTHON    ?= python3
ARGS      ?=
TOOL      := $(PYTHON) -m shared.image
DEV       := docker compose -f compose.dev.yml
LAB       := .venv/bin/python -m tests.lab
PROD      := docker compose -f compose.prod.yml
DVC       := DVC_SITE_CACHE_DIR="$(CURDIR)/.cache/dvc-site" .cache/dvc/bin/dvc
ARTIFACTS := $(or $(PARITY_ARTIFACTS),artifacts)
# Read-only, without network: as strict as the compose files.
SEALED    := docker run --rm --network none --read-only --tmpfs /tmp

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help doctor ready image data dev repro dvc prod publish predict replay monitor gate stop reproduce lifecycle mlflow logs shell test lint lab scenarios scenario scenarios-prove report clean distclean

help: ## Print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Variables: make dev ARGS="--sample 20000"   options of dev.train'
	@echo '           make prod PARITY_PORT=8001       the port prod listens on, 8000 by default'
	@echo '           make prod REPLAY=1               only if a rehearsal answers as the model should'
	@echo '           make mlflow PARITY_MLFLOW_PORT=5001   the port of MLflow, 5000 by default'
	@echo '           make gate … MODEL=folder         replay its golden requests on both sides'
	@echo '           PARITY_DATA_URL=url              a mirror of the data archive, or file:///…'
	@echo '           PARITY_ARTIFACTS=folder          where data and models are, artifacts by default'
	@echo '           PYTHON=python3.13                the Python to run the tooling with'

doctor: ## Check this machine, and put in place what is missing
	@$(TOOL) doctor

ready:
	@$(TOOL) doctor --quiet

image: ready ## Build the one image that dev and prod both run
	@$(TOOL) build

data: ## Download the flights and the weather
	@$(PYTHON) -m dev.problem.collect --folder $(ARTIFACTS)/data $(if $(PARITY_DATA_URL),--url $(PARITY_DATA_URL))

dev: image data ## Train a model in the image
	@$(DEV) run --rm dev python3 -m dev.train $(ARGS)

repro: image ## Make the pipeline's model: of the stages of dev/dvc.yaml, only those that something changed for
	@$(TOOL) dvc
	@$(DVC) repro dev/dvc.yaml $(ARGS)

dvc: ready ## Ask DVC: ARGS="metrics diff", ARGS="params diff", ARGS="plots show", ARGS=push…
	@$(TOOL) dvc
	@$(DVC) $(ARGS)

prod: image ## Serve the current model from the same image; train one if there is none
	@test -e $(ARTIFACTS)/models/current || $(MAKE) --no-print-directory dev
	@$(TOOL) up $(if $(REPLAY),--replay "$(ARTIFACTS)/models/current")

publish: image ## List the models; with VERSION=… make one current; with CANDIDATE=1 the pipeline's, if good enough
	@$(DEV) run --rm dev python3 -m dev.publish $(if $(CANDIDATE),--candidate,$(VERSION))

predict: ready ## Ask the running service about one flight
	@url=$$($(TOOL) url) && cat shared/problem/sample_request.json && curl -sS --fail-with-body --max-time 10 -w '\n' \
	  -H 'Content-Type: application/json' --data @shared/problem/sample_request.json "$$url/predict"

replay: ready ## Ask the running service what must not matter, against its model
	@url=$$($(TOOL) url) && $(PYTHON) -m shared.parity replay "$$url" --model "$(or $(MODEL),$(ARTIFACTS)/models/current)" $(ARGS)

monitor: ready ## Is the model still right? Judge what it answered
	@$(DEV) run --rm -T dev python3 -m dev.monitor $(ARGS)

gate: ready ## Compare two environments: A=image:… B=container:… archive:… or file:…
	@$(PYTHON) -m shared.parity gate "$(or $(A),$(error A=… and B=… say which; make help))" "$(or $(B),$(error B=… says the other))" $(if $(MODEL),--model "$(MODEL)") $(ARGS)

stop: ## Stop dev, prod and MLflow
	@PARITY_IMAGE=- $(DEV) --profile tracking down --remove-orphans
	@PARITY_IMAGE=- $(PROD) down --remove-orphans

reproduce: ready ## Make a model again from its passport, and compare the bytes; MODEL=folder
	@$(TOOL) reproduce "$(or $(MODEL),$(ARTIFACTS)/models/current)"

lifecycle: image data ## Play the year: serve, monitor, retrain, reload, month by month
	@$(PYTHON) -m shared.lifecycle --data "$(ARTIFACTS)/data" --folder "$(ARTIFACTS)/lifecycle" $(ARGS)

mlflow: image ## Start MLflow, with every model as a run, and say where its page is
	@$(TOOL) mlflow

logs: ## Follow prod's log
	@PARITY_IMAGE=- $(PROD) logs --follow --tail 100

shell: image ## Open a shell in the dev container
	@$(DEV) run --rm dev bash

test: image data ## Run every test, two at a time, and a scenario for each way of being caught
	@image=$$($(TOOL) build --test) && $(SEALED) "$$image" python3 -m pytest -p no:cacheprovider -n 2 --dist loadfile tests/unit
	@$(TOOL) harness
	@$(LAB) lab --sample
	@browser=$$($(TOOL) browser) && PARITY_BROWSER=$$browser .venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder tests/unit/shared/image tests/unit/dev/tracking tests/integration tests/docs tests/scenarios/test_catalog.py
	@.venv/bin/python -m pytest -n 2 --dist loadgroup -m sample tests/scenarios/test_scenarios.py

lab: image data ## Make what scenarios need: a model, flights, images with other packages
	@$(TOOL) harness
	@$(LAB) lab $(NAME)

scenarios: image data ## Break parity in every way, see it caught and fixed; LIST=1 only lists
	@$(TOOL) harness
	@$(LAB) $(if $(LIST),list,run)

scenario: image data ## Tell one break as a story: NAME=…
	@$(TOOL) harness
	@$(LAB) tell $(or $(NAME),$(error NAME=… says which; make scenarios LIST=1 lists them))

scenarios-prove: image data ## Show that a break goes uncaught without the check that catches it
	@$(TOOL) harness
	@$(LAB) prove $(NAME)

report: ## Write the last run of the scenarios as a page
	@$(LAB) report

lint: ready ## Check style, types, imports and workflows, with the tools of uv.lock
	@image=$$($(TOOL) build --test) && $(SEALED) --volume "$(CURDIR)":/src:ro --workdir /src "$$image" \
	  sh -c 'ruff check --no-cache . && ruff format --no-cache --check . && mypy --cache-dir /tmp/mypy && lint-imports --no-cache \
	      && zizmor --offline --no-progress --quiet .github'

clean: ## Remove what the project made; keep your data and models
	@$(TOOL) clean

distclean: ## Remove those too
	@$(TOOL) clean --all
