# SPDX-License-Identifier: GPL-2.0-only
# make test, test-kernels, test-intel, test-deb, test-distros, test-portable,
# test-report, lab-test, fuzz, demo, check:
# each installs what it needs first. A machine may have no compiler until then,
# hence another make for what is to be built.

KERNELS ?= 6.1 6.12 7.x
DEMO_KERNEL ?= 6.1
BENCH_KERNELS ?= 6.1 6.12
SOAK_KERNEL ?= 6.12
INTEL_KERNEL ?= 6.12
DEB_KERNEL ?= 6.1
DEB_SUITES ?= bookworm trixie
DISTROS ?= bookworm trixie sid
# Compilers whose programs are loaded by make test, besides
# (tests/compilers/build.sh).
export COMPILERS

# Under "make -j" the jobs are shared; otherwise one for each CPU.
TEST_MAKE = $(MAKE) --no-print-directory \
	$(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
IRQGEN := $(B)/lab/irqgen

.PHONY: schema lab-test install-test test-report test-kernels test-intel test-deb test-distros test-compilers irqgen \
	unit-programs bench bench-programs soak dist-test test-portable portable-programs

test:
	$(Q)kernels=$$(tests/run.sh --kernels $(KERNELS)) && \
		tests/deps.sh test $$kernels
	$(Q)$(TEST_MAKE) all irqgen unit-programs fuzz-programs bench-programs \
		portable-programs
	$(if $(COMPILERS),$(Q)tests/compilers/build.sh $(COMPILERS))
	$(Q)tests/run.sh $(KERNELS)

# Without the unit tests.
lab-test:
	$(Q)kernels=$$(tests/run.sh --kernels $(KERNELS)) && \
		tests/deps.sh test $$kernels
	$(Q)$(TEST_MAKE) all irqgen bench-programs portable-programs
	$(Q)tests/run.sh --lab-only $(KERNELS)

# Manual page, completion, make install.
install-test: $(B)/pitrace
	$(Q)tests/install/run.sh

# The Debian package and its service, in Debians that are made for it and
# booted; some minutes for each.
test-deb:
	$(Q)tests/deps.sh package $(DEB_KERNEL)
	$(Q)$(TEST_MAKE) irqgen
	$(Q)failed=; for suite in $(DEB_SUITES); do \
		tests/package/run.sh $(DEB_KERNEL) $$suite || failed=yes; \
	done; [ -z "$$failed" ]

# What the README promises, in Debians that are made for it; most of an hour for
# each.
test-distros:
	$(Q)tests/deps.sh roots
	$(Q)tests/distros.sh $(DISTROS)

# The portable file and the release archive.
dist-test: $(B)/pitrace portable-programs
	$(Q)tests/portable/run.sh

# The same, and the portable file in roots of other systems, and in place of
# the ordinary build in the lab; some minutes.
test-portable:
	$(Q)tests/deps.sh package
	$(Q)tests/deps.sh test $$(tests/run.sh --portable --kernels)
	$(Q)$(TEST_MAKE) all irqgen portable-programs
	$(Q)tests/portable/run.sh
	$(Q)tests/portable/run.sh --roots
	$(Q)tests/run.sh --portable

# The schema of records, the page made from it, and records of the unit tests,
# which are to be run before.
schema:
	@tests/records/check.sh

docs/json.md: $(wildcard docs/schema/*) tests/records/page.sh
	$(say) PAGE $@
	$(Q)tests/records/page.sh >$@

# Reports in browsers.
test-report: $(B)/pitrace
	$(Q)tests/deps.sh report
	$(Q)tests/report/check.py

fuzz:
	$(Q)tests/deps.sh fuzz
	$(Q)$(TEST_MAKE) fuzz-programs
	$(Q)tests/fuzz/run.sh --keep $(FUZZ_SECONDS) $(FUZZ_NAMES)

# On every kernel there is a word on; writes docs/kernels.md. Given on the
# command line, KERNELS limits it.
MATRIX = $(if $(filter file,$(origin KERNELS)),,$(KERNELS))

test-kernels:
	$(Q)kernels=$$(tests/run.sh --matrix --kernels $(MATRIX)) && \
		tests/deps.sh test $$kernels
	$(Q)$(TEST_MAKE) all irqgen bench-programs
	$(Q)tests/kernels/kernels.sh $(MATRIX)

# Every clang, every kernel; writes docs/compilers.md. Half an hour and more.
test-compilers:
	$(Q)kernels=$$(tests/run.sh --loads --kernels) && \
		tests/deps.sh compilers $$kernels
	$(Q)$(TEST_MAKE) all irqgen bench-programs
	$(Q)tests/compilers/compilers.sh

# The real kvm_intel, in an emulator that has VMX; some minutes.
test-intel:
	$(Q)tests/deps.sh intel $(INTEL_KERNEL)
	$(Q)$(TEST_MAKE) all irqgen
	$(Q)tests/intel.sh $(INTEL_KERNEL)

demo:
	$(Q)tests/deps.sh demo $(DEMO_KERNEL)
	$(Q)$(TEST_MAKE) all irqgen
	$(Q)tests/demo.sh $(DEMO_KERNEL)

# An hour (SOAK_SECONDS) of interrupts, with sanitizers.
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all
soak:
	$(Q)tests/deps.sh test $(SOAK_KERNEL)
	$(Q)$(TEST_MAKE) irqgen
	$(Q)$(TEST_MAKE) B=$(B)/asan CFLAGS='-O1 -g $(ASAN)' all
	$(Q)tests/soak.sh $(SOAK_KERNEL)

# What tracing costs; writes docs/performance.md.
bench:
	$(Q)tests/deps.sh test $(BENCH_KERNELS)
	$(Q)$(TEST_MAKE) all irqgen bench-programs
	$(Q)tests/bench/bench.sh $(BENCH_KERNELS)

# cppcheck knows neither libbpf's headers nor this macro of theirs.
check:
	$(Q)tests/deps.sh check
	$(say) CHECK shell
	$(Q)find src tests docs .ci -name '*.sh' -o -name '*.bash' -o -path .ci/run | \
		xargs shellcheck -x
	$(say) CHECK manual
	$(Q)mandoc -Tlint -W warning docs/man/pitrace.8
	$(say) CHECK style
	$(Q)find src include bpf tests -name '*.[ch]' | \
		xargs clang-format --dry-run --Werror
	$(say) CHECK analysis
	$(Q)$(TEST_MAKE) WERROR=1 all
	$(Q)clang-tidy --quiet $(SOURCES) -- -std=gnu11 $(INCLUDES) $(CPPFLAGS) 2>&1 | \
		{ ! grep -E '^(src|include|/.*/(src|include))/.*(warning|error):'; }
	$(say) CHECK defects
	$(Q)cppcheck -q --std=c11 --error-exitcode=1 -Isrc -Iinclude \
		--enable=warning,portability \
		'-DLIBBPF_OPTS(type, name, ...)=struct type name' src

unit-programs: $(UNIT_TESTS) $(UNIT_BUILD)/serve
	@:

portable-programs: $(PORTABLE)/pitrace $(PORTABLE)/serve
	@:

irqgen: $(IRQGEN) $(B)/lab/btf-flat $(B)/lab/refuse
	@:

$(B)/lab/btf-flat $(B)/lab/refuse: $(B)/lab/%: tests/lab/%.c $(B)/flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< \
		$(shell $(PKG_CONFIG) --libs libbpf)

$(IRQGEN): $(wildcard tests/lab/irqgen*.[ch] tests/lab/types/*.c) \
		tests/lab/build.sh
	$(say) CC $@
	$(Q)CC='$(CC)' CLANG='$(CLANG)' LAB_BUILD=$(B)/lab tests/lab/build.sh

# --- programs of the bench ---

bench-programs: $(B)/bench/floor $(B)/bench/fill $(B)/bench/calibrate
	@:

$(B)/bench/floor.bpf.o: tests/bench/floor.bpf.c $(B)/flags
	$(say) BPF $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $(B)/bench/floor.raw.o $<
	$(Q)$(BPFTOOL) gen object $@ $(B)/bench/floor.raw.o

$(B)/bench/floor.skel.h: $(B)/bench/floor.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name floor_bpf > $@

$(B)/bench/floor: $(B)/bench/floor.skel.h

$(B)/bench/%: tests/bench/%.c include/probe_abi.h $(B)/flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -I$(B)/bench $(LDFLAGS) -o $@ $< \
		$(shell $(PKG_CONFIG) --libs libbpf)
