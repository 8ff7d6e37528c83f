# Every target installs what it lacks (scripts/setup) and needs nothing from an earlier one.
.DEFAULT_GOAL := help
.PHONY: help run build test lint coverage bench fuzz chaos clean

# No build server stays behind: builds here are few, and the machine may be small.
export MSBUILDDISABLENODEREUSE := 1
export DOTNET_CLI_USE_MSBUILD_SERVER := 0
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and start the hub; ARGS="--set web.listen=127.0.0.1:9000" passes on what follows `gatehouse run`
	@scripts/setup dotnet node
	@exec bin/gatehouse run $(ARGS)

build: ## build everything (Release), with the page
	@scripts/setup dotnet node
	@dotnet build -c Release -p:UseSharedCompilation=false

test: ## check the form, run all tests, end with "N passed, N failed"
	@scripts/test

lint: ## check the form of the code, C# and Svelte
	@scripts/lint

coverage: ## measure which lines the tests reach; fails below 90 % in any folder of src
	@scripts/coverage

bench: ## run the benchmarks into bench/results/; ARGS="--filter *Value*", "watchers", "events", "recorder", "history", "broker", "requests", "clone" pick
	@scripts/setup dotnet node chromium zmq rabbitmq
	@dotnet build bench/Gatehouse.Bench -c Release -p:UseSharedCompilation=false -v quiet
	@bench=artifacts/bin/Gatehouse.Bench/release/Gatehouse.Bench.dll; \
	if [ -n "$(ARGS)" ]; then exec dotnet $$bench $(ARGS); fi; \
	dotnet $$bench --filter '*' && dotnet $$bench watchers && dotnet $$bench events && dotnet $$bench recorder && dotnet $$bench history \
		&& dotnet $$bench broker && dotnet $$bench broker-cost && dotnet $$bench broker-idle \
		&& dotnet $$bench requests && dotnet $$bench clone \
		&& bin/gatehouse version && scripts/explicit-tests Gatehouse.SystemTests Budget 90

fuzz: ## feed the parsers damaged input for SECONDS=60 each
	@scripts/explicit-tests Gatehouse.Tests Fuzz $(or $(SECONDS),60)

chaos: ## run the hub through kills, full disks and cut lines for SECONDS=60 each
	@scripts/explicit-tests Gatehouse.SystemTests Chaos $(or $(SECONDS),60)

clean: ## remove everything that was built or installed into this folder
	@rm -rf artifacts out src/web/dist src/web/node_modules
