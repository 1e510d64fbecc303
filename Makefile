.DEFAULT_GOAL := help
.PHONY: help demo test check bench

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## every test; installs what it needs
	@sh scripts/test.sh

check: ## format, lint, types, import directions, dead code
	@sh scripts/setup-node.sh
	@sh scripts/check.sh
