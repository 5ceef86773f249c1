# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors

# A front for those who do not want to remember meson's commands.
#
#	make, make build   install what is missing (as root) and compile into build/
#	make test          all tests, again under sanitizers, and the checks
#	make test-vm       of the tests the one in a virtual machine, on a virtio-net PCI device
#	make test-dpvs DPVS=DIRECTORY   a DPVS of yours on net_steer
#	make test-24.11    lib, driver and testpmd tests with DPDK 24.11, in a Debian 13 of its own
#	make test-25.11    the same with DPDK 25.11, in Debian's next release
#	make test-arm64    lib and driver tests on aarch64: a cross build, under qemu's emulation
#	make soak          for hours: random rules, hostile packets, storms, memory's end (devtools/soak.sh)
#	make fuzz          each fuzz target for FUZZ_SECONDS=60 (see devtools/fuzz.sh)
#	make tsan          tests with threads under the thread sanitizer (see devtools/tsan.sh)
#	make coverage      how much of lib/ and drivers/ the tests reach, and whether that is enough
#	make demo          the product at work
#	make perf          cycles of a packet, in proportion to the least possible (PERF_OPTIONS=-q: quickly)
#	make perf-ovs      what OVS costs for each packet, alone and with net_steer under it
#	make lint          checks of style
#	make analyze       these and the static analysers (ANALYZE=full: deeper, see devtools/analyze.sh)
#	make install       into DPDK's plug-in directory (DESTDIR=)
#	make deb           a Debian package, in build/deb
#	make clean         empty build/ but for DPDK's driver headers and the virtual machine's kernel
#	make distclean     remove build/
#
# MESON_OPTIONS adds to meson's: make test MESON_OPTIONS=-Dwerror=true
# SDK_DIR names DPDK's driver headers for test-24.11 and test-25.11: see devtools/root-test.sh

BUILD ?= build
MESON ?= $(firstword $(wildcard /usr/bin/meson) meson)
MESON_OPTIONS ?=
export MESON

# the distribution's modules serve the distribution's python only
unexport PYTHONHOME PYTHONPATH
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: build
build: setup
	@devtools/build.sh $(BUILD) $(MESON_OPTIONS)

.PHONY: setup
setup:
	@devtools/setup.sh

.PHONY: test
test: build
	@devtools/setup.sh test
	@devtools/run-tests.sh $(BUILD) $(MESON_OPTIONS)

.PHONY: test-vm
test-vm: build
	@$(MESON) test -C $(BUILD) --no-rebuild --verbose vm

# 77: skipped, with the reason
.PHONY: test-dpvs
test-dpvs: $(if $(DPVS),build)
	@DPVS="$(DPVS)" STEER_BUILD=$(abspath $(BUILD)) test/system/dpvs_real.py || [ $$? -eq 77 ]

.PHONY: perf
perf: build
	@STEER_BUILD=$(abspath $(BUILD)) app/steer-perf/run $(PERF_OPTIONS)

.PHONY: perf-ovs
perf-ovs: build
	@devtools/setup.sh test
	@STEER_BUILD=$(abspath $(BUILD)) test/system/ovs_perf.py

.PHONY: test-24.11 test-25.11
test-24.11 test-25.11:
	@SDK_DIR="$(SDK_DIR)" devtools/root-test.sh $(@:test-%=%) $(MESON_OPTIONS) || [ $$? -eq 77 ]

.PHONY: test-arm64
test-arm64:
	@devtools/setup.sh
	@devtools/arm64-test.sh $(BUILD) $(MESON_OPTIONS) || [ $$? -eq 77 ]

.PHONY: soak
soak: build
	@devtools/soak.sh $(BUILD)

.PHONY: fuzz
fuzz: setup
	@FUZZ_SECONDS="$(FUZZ_SECONDS)" FUZZ_TARGETS="$(FUZZ_TARGETS)" \
		devtools/fuzz.sh $(BUILD) $(MESON_OPTIONS)

.PHONY: tsan
tsan: setup
	@devtools/tsan.sh $(BUILD) $(MESON_OPTIONS)

.PHONY: coverage
coverage: build
	@devtools/setup.sh test
	@devtools/coverage.sh $(BUILD) $(MESON_OPTIONS)

.PHONY: demo
demo: build
	@STEER_BUILD=$(abspath $(BUILD)) app/demo/run

.PHONY: lint
lint:
	@devtools/setup.sh lint
	@devtools/lint.sh

.PHONY: analyze
analyze: build
	@devtools/setup.sh lint
	@ANALYZE="$(ANALYZE)" devtools/analyze.sh $(BUILD)

.PHONY: install
install: build
	@DESTDIR="$(DESTDIR)" $(MESON) install -C $(BUILD) --no-rebuild

.PHONY: deb
deb: build
	@devtools/deb.sh $(BUILD)

# keeps what was fetched: the next build works without a network, too
.PHONY: clean
clean:
	@[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name sdk ! -name vm -exec rm -rf {} +

.PHONY: distclean
distclean:
	rm -rf $(BUILD)
