# SPDX-License-Identifier: GPL-2.0-only
# make portable: one file that needs nothing of the host but a kernel;
# make dist: a release archive with it. docs/portable.md says why so.

PORTABLE := $(B)/portable
STATIC_LIBS := libbpf json-c libcap

.PHONY: portable dist
portable:
	$(Q)tests/deps.sh portable
	$(Q)$(TEST_MAKE) $(PORTABLE)/pitrace

# What stands in for parts of libraries (docs/portable.md).
STAND_INS := $(PORTABLE)/no_tls.o $(PORTABLE)/eu_search.o

# What is linked is listed for the archive. Stripped as it is linked, so that
# the build ID does not depend on the directory that debug information names.
# $(call link_static,OBJECTS)
link_static = $(CC) $(CFLAGS) $(LDFLAGS) -static-pie -s -Wl,--trace -o $@ $1 \
	$(STAND_INS) $(shell $(PKG_CONFIG) --libs libmicrohttpd) \
	$(shell $(PKG_CONFIG) --static --libs $(STATIC_LIBS)) >$@.linked

$(PORTABLE)/pitrace: $(sort $(OBJECTS)) $(STAND_INS)
	$(say) LINK $@
	$(Q)$(call link_static,$(sort $(OBJECTS)))

$(PORTABLE)/no_tls.o: src/portable/no-tls.sh $(B)/flags
	$(say) AS $@
	$(Q)mkdir -p $(@D)
	$(Q)$< "$$($(CC) -print-file-name=libmicrohttpd.a)" >$(@:.o=.s)
	$(Q)$(CC) -c -o $@ $(@:.o=.s)

$(PORTABLE)/eu_search.o: src/portable/eu_search.c $(B)/flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Where the archive's files go on a host, whatever else is installed where.
DIST_ROOT := $(PORTABLE)/root
DIST_PLACES := PREFIX=/usr/local SBINDIR=/usr/local/sbin \
	MANDIR=/usr/local/share/man \
	BASHCOMPDIR=/usr/local/share/bash-completion/completions \
	DOCDIR=/usr/local/share/doc/pitrace \
	DATADIR=/usr/local/share/pitrace \
	UNITDIR=/usr/local/lib/systemd/system

dist: portable
	$(Q)rm -rf $(DIST_ROOT)
	$(Q)$(MAKE) -s --no-print-directory install PROGRAM=$(PORTABLE)/pitrace \
		DESTDIR=$(DIST_ROOT) $(DIST_PLACES) >/dev/null
	$(Q)docs/packaging/dist.sh $(DIST_ROOT)/usr/local $(PORTABLE)/pitrace.linked

# The server of tests/metrics, linked in the same way.
$(PORTABLE)/serve: $(PORTABLE)/serve.o \
		$(filter-out $(B)/obj/main.o,$(sort $(OBJECTS))) $(STAND_INS)
	$(say) LINK $@
	$(Q)$(call link_static,$(filter-out $(STAND_INS),$^))

$(PORTABLE)/serve.o: tests/metrics/serve.c $(B)/flags
	$(say) CC $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(PORTABLE)/serve.d
