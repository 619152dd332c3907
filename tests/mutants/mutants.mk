# SPDX-License-Identifier: GPL-2.0-only
# Can the unit tests fail? `make mutants` changes their modules one at a time
# (mutants.py). All modules are one shared library here, so that a changed one
# takes no more than to compile that and to link the library.

MUTANTS_SEED ?= 1
MUTANTS_COUNT ?= 300
MUTANTS_SECONDS ?= 3600
MUTANTS_JOBS ?= $(shell nproc)
MUTANTS_MODULES ?=
MUTANTS_SHARE ?= 92

MUTANTS_BUILD := build/mutants
# Lines of debugging cost half of the time.
MUTANTS_CFLAGS = $(UNIT_CFLAGS) -g0 -fPIC
MUTANTS_PROGRAMS := $(foreach kind,plain sanitized counted,$(UNIT_TESTS:$(UNIT_BUILD)/%=$(MUTANTS_BUILD)/$(kind)/%))

.PHONY: mutants mutants-programs
mutants:
	$(Q)tests/deps.sh mutants
	$(Q)tests/mutants/test.py
	$(Q)$(TEST_MAKE) mutants-programs
	$(Q)tests/mutants/mutants.py --seed $(MUTANTS_SEED) \
		--count $(MUTANTS_COUNT) --seconds $(MUTANTS_SECONDS) \
		--jobs $(MUTANTS_JOBS) --share $(MUTANTS_SHARE) \
		--build $(MUTANTS_BUILD) --cc '$(UNIT_CC)' \
		--cflags '$(MUTANTS_CFLAGS)' --libs '$(UNIT_LIBS)' \
		--only '$(MUTANTS_MODULES)' $(UNIT_MODULES)

mutants-programs: $(MUTANTS_PROGRAMS)
	@:

# $(call mutants_rules,plain|sanitized|counted,FLAGS)
define mutants_rules
$(MUTANTS_BUILD)/$1/%.o: src/%.c
	@mkdir -p $$(@D)
	@$$(UNIT_CC) $2 -MMD -MP -c -o $$@ $$<

$(MUTANTS_BUILD)/$1/%.o: tests/unit/%.c
	@mkdir -p $$(@D)
	@$$(UNIT_CC) $2 -MMD -MP -c -o $$@ $$<

$(MUTANTS_BUILD)/$1/report_page.o: $(UNIT_BUILD)/report_page.inc

$(MUTANTS_BUILD)/$1/libmodules.so: \
		$(UNIT_MODULES:%=$(MUTANTS_BUILD)/$1/%.o)
	@$$(UNIT_CC) $2 -shared -o $$@ $$^ $(UNIT_LIBS)

$(UNIT_TESTS:$(UNIT_BUILD)/%=$(MUTANTS_BUILD)/$1/%): %: %.o \
		$(filter-out $(UNIT_MODULES:%=$(MUTANTS_BUILD)/$1/%.o),$(UNIT_OBJECTS:$(UNIT_BUILD)/%=$(MUTANTS_BUILD)/$1/%)) \
		$(MUTANTS_BUILD)/$1/libmodules.so
	@$$(UNIT_CC) $2 -o $$@ $$(filter %.o,$$^) -L$(MUTANTS_BUILD)/$1 \
		-lmodules $(UNIT_LIBS)

# It stands for much of what this module calls, hence not in the library.
$(MUTANTS_BUILD)/$1/test_attach: $(MUTANTS_BUILD)/$1/attach.o

-include $(wildcard $(MUTANTS_BUILD)/$1/*.d)
endef

MUTANTS_PLAIN := $(filter-out -fsanitize% -fno-sanitize%,$(MUTANTS_CFLAGS))

$(eval $(call mutants_rules,plain,$(MUTANTS_PLAIN)))
$(eval $(call mutants_rules,counted,$(MUTANTS_PLAIN) --coverage))
$(eval $(call mutants_rules,sanitized,$(MUTANTS_CFLAGS)))

.SECONDARY: $(MUTANTS_PROGRAMS:%=%.o)
