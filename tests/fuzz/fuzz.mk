# SPDX-License-Identifier: GPL-2.0-only
# Readers of text from outside, and what shows it again, under libFuzzer, ASan
# and UBSan: `make fuzz`, FUZZ_SECONDS for each (tests/fuzz/README.md).

FUZZ_SECONDS ?= 300
FUZZ_BUILD := build/fuzz
FUZZ_CFLAGS := -std=gnu11 -Wall -Wextra $(if $(WERROR),-Werror) -g -O1 \
	-Wno-missing-field-initializers \
	-fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-D_GNU_SOURCE -Isrc -Iinclude -I$(FUZZ_BUILD)/obj

# What needs no kernel, as for the unit tests.
FUZZ_MODULES := $(UNIT_MODULES)
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%, \
	$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJECTS := $(FUZZ_MODULES:%=$(FUZZ_BUILD)/obj/%.o) \
	$(FUZZ_BUILD)/obj/support.o
FUZZ_PROGRAMS := $(FUZZ_NAMES:%=$(FUZZ_BUILD)/%)

.PHONY: fuzz fuzz-short fuzz-programs

# As part of the tests: all seeds, and no longer than shows that it works.
fuzz-short: fuzz-programs
	@tests/fuzz/run.sh 2 $(FUZZ_NAMES)

fuzz-programs: $(FUZZ_PROGRAMS)

$(FUZZ_BUILD)/obj:
	@mkdir -p $@

$(FUZZ_BUILD)/obj/%.o: src/%.c | $(FUZZ_BUILD)/obj
	@$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(FUZZ_BUILD)/obj/report_page.inc: $(REPORT_PAGE) | $(FUZZ_BUILD)/obj
	@src/report/embed.sh $(REPORT_SCRIPTS) >$@

$(FUZZ_BUILD)/obj/report_page.o: $(FUZZ_BUILD)/obj/report_page.inc

$(FUZZ_BUILD)/obj/%.o: tests/fuzz/%.c | $(FUZZ_BUILD)/obj
	@$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(FUZZ_PROGRAMS): $(FUZZ_BUILD)/%: $(FUZZ_BUILD)/obj/fuzz_%.o $(FUZZ_OBJECTS)
	@$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ \
		-ljson-c -lbpf -lcap -lmicrohttpd

.SECONDARY: $(FUZZ_NAMES:%=$(FUZZ_BUILD)/obj/fuzz_%.o) $(FUZZ_OBJECTS)

-include $(wildcard $(FUZZ_BUILD)/obj/*.d)
