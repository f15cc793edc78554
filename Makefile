# make demo        from nothing to a served console over a simulated platform (SERVE=0 ends instead)
# make test        install everything and run every test, offline
# make lint        style, types and the direction of imports
# make bench       the benchmarks that print a table

PYTHON ?= python3
BIN := .venv/bin
POSTS ?= 20000
PORT ?= 8321
SERVE ?= 1

.PHONY: demo test lint bench clean

demo: .venv/run.stamp
	$(BIN)/linnet demo --folder demo-workspace --posts $(POSTS) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: .venv/dev.stamp
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp
	$(BIN)/python benchmarks/ingest.py
	$(BIN)/python benchmarks/search.py index
	$(BIN)/python benchmarks/kill_drill.py
	$(BIN)/python benchmarks/detection.py
	$(BIN)/python benchmarks/erasure.py --posts 5000 --authors 50
	$(BIN)/python benchmarks/live.py --rate 500 --seconds 30 --kills 3
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/corpus.py scale --sizes 100000 1000000
	$(BIN)/python benchmarks/corpus.py ray
	$(BIN)/python benchmarks/training.py speed --rounds 1
	$(BIN)/python benchmarks/training.py kills
	$(BIN)/python benchmarks/training.py memorisation
	$(BIN)/python benchmarks/training.py layouts --preset 70b --preset 300b

.venv/base.stamp: constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch==2.13.0
	touch $@

.venv/run.stamp: .venv/base.stamp pyproject.toml
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train]'
	touch $@

.venv/dev.stamp: .venv/base.stamp pyproject.toml
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[train,dev]'
	touch $@ .venv/run.stamp

clean:
	rm -rf .venv demo-workspace
