.DEFAULT_GOAL := help
.PHONY: help demo test agents crash-test fuzz check bench eval record screenshots
TRIALS ?= 50
PAIRS ?= 1000000
REQUESTS ?= 100000
MUTATIONS ?= 100000
SEED ?= 1
FLEETS ?= 16
# Agents: a look of some minutes, unless FULL=1 says otherwise.
BENCH_AGENTS := $(if $(FULL),,PAIRS=8 SECONDS=8 ROUNDS=4 RUNS=3)

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## small Node.js, Python and Java programs, profiled live: prints a link to their flame graphs
	@./wick demo --insecure-http

agents: ## the agents, as packages: agents/java/target, agents/python/dist, packages/agent-node/dist
	@sh scripts/setup-node.sh
	@sh scripts/build-agent-node.sh
	@sh scripts/build-agent-python.sh
	@sh scripts/build-agent-java.sh

test: ## every test; installs what it needs
	@sh scripts/test.sh

crash-test: ## kill -9 while agents post, TRIALS=50 times: what was acknowledged, lost, counted twice
	@sh scripts/setup-node.sh
	@WICK_CRASH_KILLS=$(TRIALS) node_modules/.bin/node --test e2e/crash/crash.test.ts

fuzz: ## PAIRS=1000000 policies and requests against a naive evaluator, REQUESTS=100000 of random callers, MUTATIONS=100000 of signed requests, timing
	@sh scripts/setup-node.sh
	@FUZZ_PAIRS=$(PAIRS) node_modules/.bin/node --test packages/server/src/access/evaluate-random.test.ts
	@FUZZ_REQUESTS=$(REQUESTS) node_modules/.bin/node --test packages/server/src/http/authorise-random.test.ts
	@WICK_MUTATIONS=$(MUTATIONS) node_modules/.bin/node --test packages/wire/src/sigv4/independent-signers.test.ts
	@node_modules/.bin/node --test packages/server/src/http/timing.fuzz.ts

check: ## format, lint, types, import directions, dead code
	@sh scripts/setup-node.sh
	@sh scripts/check.sh

bench: ## what decoding, ingest, the store, questions and the agents cost, as JSON lines; FULL=1: agents as published
	@sh scripts/setup-node.sh
	@sh scripts/setup-python.sh
	@sh scripts/build-agent-node.sh
	@sh scripts/build-agent-java.sh >&2
	@node_modules/.bin/node bench/decode.ts
	@node_modules/.bin/node bench/ingest.ts
	@node_modules/.bin/node bench/store.ts
	@node_modules/.bin/node bench/tokens.ts
	@node_modules/.bin/node bench/merge.ts
	@node_modules/.bin/node bench/query.ts
	@DAYS=90 node_modules/.bin/node bench/long-ranges.ts
	@node_modules/.bin/node bench/flame-graph.ts
	@node_modules/.bin/node bench/explorer.ts
	@node_modules/.bin/node bench/recovery.ts
	@node_modules/.bin/node bench/pressure.ts
	@node_modules/.bin/node bench/authorise.ts
	@node_modules/.bin/node bench/audit.ts
	@node_modules/.bin/node bench/anomalies.ts
	@node_modules/.bin/node bench/alarms.ts
	@node_modules/.bin/node bench/recommendations.ts
	@$(BENCH_AGENTS) node_modules/.bin/node bench/agents/node.ts
	@$(BENCH_AGENTS) node_modules/.bin/node bench/agents/java.ts
	@e2e/.venv/bin/python bench/agents/python/run.py

eval: ## how well anomaly detection does on invented fleets: SEED=1 FLEETS=16, JSON lines
	@sh scripts/setup-node.sh
	@SEED=$(SEED) FLEETS=$(FLEETS) node_modules/.bin/node bench/eval.ts

record: ## the programs of the recommendation patterns, profiled anew: ONLY="python jvm-regex-compile"
	@sh scripts/setup-node.sh
	@node_modules/.bin/node e2e/findings/record.ts $(ONLY)
	@node_modules/.bin/node scripts/pattern-docs.ts

screenshots: ## every page of the console in both themes, into docs/images
	@sh scripts/setup-node.sh
	@sh scripts/setup-system.sh
	@sh scripts/setup-console.sh
	@node_modules/.bin/node e2e/console/screenshots.ts
