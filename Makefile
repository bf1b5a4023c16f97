# Two commands do everything on a fresh machine: `make run` and `make test`.

SWIFT_BUILD := swift build -c release --static-swift-stdlib

.PHONY: run build test bench-kernels bench-index image test-kubernetes test-kernels format check-format dependencies clean

run: build
	.build/release/cascade up

build: dependencies
	$(SWIFT_BUILD) --product cascade
	$(SWIFT_BUILD) --product loadtest

test: build
	@scripts/install-dependencies --tests
	swift test --package-path Shared
	swift test --skip '$(SERVER_TESTS)'
	swift test --skip-build --no-parallel --filter '$(SERVER_TESTS)'

bench-kernels:
	@scripts/bench-kernels

bench-index:
	@scripts/bench-index

image: build
	deploy/image/build

test-kubernetes: build
	deploy/test-kubernetes

test-kernels:
	scripts/test-kernels

dependencies:
	@scripts/install-dependencies

format:
	swift format format --in-place --parallel --recursive --configuration .swift-format $(SOURCES)

check-format:
	swift format lint --strict --parallel --recursive --configuration .swift-format $(SOURCES)

clean:
	rm -rf .build Shared/.build

# Tests that start processes and servers, or hold peers to time limits: one after the other, or they starve each other on a
# small machine.
SERVER_TESTS := IntegrationTests|EndToEndTests|KafkaLogTests|RedisTests|HotCacheTests|RPCTests|RemoteRolesTests|StackTests|LoadGeneratorTests|UserFeaturesTests|ItemFeaturesTests|CatalogueFollowerTests|OutboxTests|EmbeddedLogTests

SOURCES := Package.swift Services Tests Benchmarks loadtest Shared/Package.swift Shared/Sources Shared/Tests
