# Two commands do everything on a fresh machine: `make run` and `make test`.

SWIFT_BUILD := swift build -c release --static-swift-stdlib

.PHONY: run build test image test-kubernetes format check-format dependencies clean

run: build
	.build/release/cascade up

build: dependencies
	$(SWIFT_BUILD) --product cascade
	$(SWIFT_BUILD) --product loadtest

test: build
	@scripts/install-dependencies --tests
	swift test --package-path Shared
	swift test

image: build
	deploy/image/build

test-kubernetes: build
	deploy/test-kubernetes

dependencies:
	@scripts/install-dependencies

format:
	swift format format --in-place --parallel --recursive --configuration .swift-format $(SOURCES)

check-format:
	swift format lint --strict --parallel --recursive --configuration .swift-format $(SOURCES)

clean:
	rm -rf .build Shared/.build

SOURCES := Package.swift Services Tests Benchmarks loadtest Shared/Package.swift Shared/Sources Shared/Tests
