PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
CORPUS ?=
RUN ?= outputs/default
REPORT ?=

.DEFAULT_GOAL := help
.PHONY: help setup data card pretrain train export benchmark model-card types docs serve test test-all lint map bench-speed bench-service capacity force
.DELETE_ON_ERROR:

help:  ## the targets, a line each
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/installed  ## virtual environment with everything to train, test and report

# The package is a tree of links in build/, as its folders have other names than its subpackages: files that come or go need it anew.
FILES = { find client configs data integrations scale serving training -type f ! -path '*/__pycache__/*'; ls -d build/__editable__.*; } 2>/dev/null | sort

$(VENV)/installed: pyproject.toml $(VENV)/files
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	PYTHONWARNINGS='ignore:Editable installation' $(BIN)/python -m pip install --quiet --editable '.[dev]' --config-settings editable_mode=strict
	$(FILES) >$(VENV)/files
	touch $@

$(VENV)/files: force
	@mkdir -p $(@D) && $(FILES) | cmp -s - $@ || $(FILES) >$@

data: setup  ## 10,000 synthetic posts in outputs/posts.jsonl
	test -s outputs/posts.jsonl || { mkdir -p outputs && $(BIN)/gaihe generate --count 10000 --output outputs/posts.jsonl; }

card: setup  ## dataset card of 20,000 posts; ARGS="--real posts.jsonl" compares with real ones
	$(BIN)/gaihe card --output outputs/card $(ARGS)

pretrain: setup  ## the base checkpoint adapted to unlabelled posts: CORPUS=posts.jsonl
	$(if $(CORPUS),,$(error name a JSON-lines file of posts: make pretrain CORPUS=posts.jsonl))
	$(BIN)/gaihe pretrain 'corpus=[$(CORPUS)]' $(ARGS)

train: setup  ## posts, fine-tuning, ONNX model, scores; ARGS="trainer.epochs=2 output=outputs/mine"
	$(BIN)/gaihe train $(ARGS)

export: train  ## the ONNX model of the run; a run without one exports it

benchmark: setup  ## report of the released model on the gold posts; ARGS="--posts F.jsonl --model FILE.onnx"
	$(BIN)/gaihe benchmark --output outputs/benchmark $(ARGS)

model-card: setup  ## MODEL_CARD.md of runs and reports: RUN=outputs/further REPORT=outputs/report/report.json
	$(BIN)/gaihe model-card $(addprefix --run ,$(RUN)) $(addprefix --report ,$(REPORT)) --output MODEL_CARD.md $(ARGS)

types: setup  ## docs/TYPES.md, written from the sheets
	$(BIN)/python -m gaihe.serving.types docs/TYPES.md

docs: setup  ## the site of all guides, in English and Chinese: outputs/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet $(ARGS)

serve: setup  ## HTTP service of the released model; ARGS="--port 9000"
	$(BIN)/gaihe serve $(ARGS)

test: setup  ## the tests that are quick; ARGS="tests/serving -x" for some of them
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not slow" $(ARGS)

# Many of these tests wait, for a server or a browser: a process more than there are cores.
test-all: TESTERS = $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
test-all: setup  ## every test: training runs, the wheel in an empty environment, searches for slow texts too
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup  ## ruff, the import contracts and mypy, as the hooks and CI run them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

map: setup  ## the parts of the code, layer by layer, and what each imports; ARGS="--mermaid" for a diagram
	$(BIN)/python -m tests.layout $(ARGS)

bench-speed: setup  ## speed tables; ARGS="rivals --rounds 9", or --gate to hold it against the baseline
	$(BIN)/python -m benchmarks.speed $(ARGS)

bench-service: setup  ## what the HTTP service carries; ARGS="--seconds 20 --workers 2"
	$(BIN)/python -m benchmarks.service $(ARGS)

capacity: setup  ## plan for 500 million posts a day in outputs/capacity; ARGS="--measure" measures this machine for it
	$(BIN)/python -m benchmarks.capacity $(ARGS)
