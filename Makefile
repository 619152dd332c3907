# SPDX-License-Identifier: GPL-2.0-only
#
# make [V=1]    build/pitrace          make test   everything, in the lab
# make help     lists the targets      make demo   watch it trace
#
# Nothing here looks at the kernel that runs on this machine: types come from
# vmlinux/, and the one BPF object relocates itself where it is loaded.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
DOCDIR ?= $(PREFIX)/share/doc/pitrace
DATADIR ?= $(PREFIX)/share/pitrace
UNITDIR ?= $(PREFIX)/lib/systemd/system
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PKG_CONFIG ?= pkg-config
INSTALL ?= install

B := build
# A later compiler warns of more: only "make check" and continuous integration
# fail on warnings, by WERROR=1.
export WERROR
WARNINGS := -Wall -Wextra $(if $(WERROR),-Werror)
CFLAGS ?= -O2 -g
LIBS := libbpf json-c libcap libmicrohttpd
# Apart from CPPFLAGS, which whoever builds may give on the command line.
INCLUDES := -D_GNU_SOURCE -Isrc -Iinclude -I$(B)
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS) $(INCLUDES) $(CPPFLAGS) \
	$(shell $(PKG_CONFIG) --cflags $(LIBS))
# bpf_tracing.h casts contexts, and a probe does not use all its arguments.
# BTF names the sources; where they lie is not to matter.
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 $(WARNINGS) \
	-Wno-unused-parameter -Ivmlinux -Iinclude -Ibpf \
	"-ffile-prefix-map=$(CURDIR)=."

SOURCES := $(wildcard src/*.c)
OBJECTS := $(SOURCES:src/%.c=$(B)/obj/%.o)

include src/report/page.mk

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n'
endif

# All that is installed, each FILE:PATH:MODE, and directories of its own.
PROGRAM := $(B)/pitrace
INSTALLED := \
	$(PROGRAM):$(SBINDIR)/pitrace:755 \
	docs/man/pitrace.8:$(MANDIR)/man8/pitrace.8:644 \
	docs/completion/pitrace.bash:$(BASHCOMPDIR)/pitrace:644 \
	$(B)/pitrace-exporter.service:$(UNITDIR)/pitrace-exporter.service:644 \
	README.md:$(DOCDIR)/README.md:644 \
	$(foreach page,$(wildcard docs/*.md) docs/schema/pitrace.schema.json,\
		$(page):$(DOCDIR)/$(page):644) \
	docs/dashboards/README.md:$(DOCDIR)/docs/dashboards/README.md:644 \
	$(foreach file,pitrace.json alerts.yml prometheus.yml,\
		docs/dashboards/$(file):$(DATADIR)/dashboards/$(file):644)
INSTALLED_DIRS := $(DOCDIR)/docs/schema $(DOCDIR)/docs/dashboards \
	$(DOCDIR)/docs $(DOCDIR) $(DATADIR)/dashboards $(DATADIR)

.PHONY: all deps install uninstall deb clean help test unit check demo
all: $(B)/pitrace

$(B)/pitrace: $(OBJECTS)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKG_CONFIG) --libs $(LIBS))

$(B)/obj/%.o: src/%.c $(B)/flags | $(B)/obj
	$(say) CC $@
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The one file that has the page of reports.
$(B)/obj/report_page.o: $(B)/report_page.inc

$(B)/report_page.inc: $(REPORT_PAGE) | $(B)/obj
	$(say) PAGE $@
	$(Q)src/report/embed.sh $(REPORT_SCRIPTS) > $@

# The one file that embeds the BPF object; the rest does not wait for it.
$(B)/obj/loader.o: $(B)/pitrace.skel.h

$(B)/pitrace.raw.o: bpf/pitrace.bpf.c $(B)/flags | $(B)/obj
	$(say) BPF $@
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(B)/obj/bpf.d -MT $@ \
		-c -o $@ $<

# "gen object" drops the debug sections and keeps BTF.
$(B)/pitrace.bpf.o: $(B)/pitrace.raw.o
	$(Q)$(BPFTOOL) gen object $@ $<

$(B)/pitrace.skel.h: $(B)/pitrace.bpf.o
	$(say) SKEL $@
	$(Q)$(BPFTOOL) gen skeleton $< name pitrace_bpf > $@

$(B)/obj:
	$(Q)mkdir -p $@

# The service starts the program where it is installed.
$(B)/pitrace-exporter.service: docs/packaging/pitrace-exporter.service.in FORCE
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|@SBINDIR@|$(SBINDIR)|' $< >$@

# Changes only when the flags do, so that changed flags rebuild everything.
$(B)/flags: FORCE | $(B)/obj
	$(Q)echo '$(CC) $(ALL_CFLAGS) $(CLANG) $(BPF_CFLAGS)' | \
		cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(CLANG) $(BPF_CFLAGS)' > $@
FORCE:

-include $(OBJECTS:.o=.d) $(B)/obj/bpf.d

# $(call part,N,ROW): of a row of INSTALLED.
part = $(word $1,$(subst :, ,$2))

define install_row
	$(say) INSTALL '$(DESTDIR)$(call part,2,$1)'
	$(Q)$(INSTALL) -D -m $(call part,3,$1) $(call part,1,$1) \
		'$(DESTDIR)$(call part,2,$1)'

endef

install: $(foreach row,$(INSTALLED),$(call part,1,$(row)))
	$(foreach row,$(INSTALLED),$(call install_row,$(row)))

uninstall:
	$(Q)rm -f $(foreach row,$(INSTALLED),'$(DESTDIR)$(call part,2,$(row))')
	$(Q)for dir in $(INSTALLED_DIRS:%='$(DESTDIR)%'); do \
		[ ! -d "$$dir" ] || rmdir --ignore-fail-on-non-empty "$$dir"; \
	done

# In build/deb, built by Debian's own tools from what is tracked here.
deb:
	$(Q)tests/deps.sh deb
	$(Q)docs/packaging/deb.sh

include docs/packaging/portable.mk
include docs/packaging/container/container.mk

# What cost a download stays: kernels are removed by "make distclean".
clean:
	$(Q)[ ! -d $(B) ] || \
		find $(B) -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} +

distclean:
	$(Q)rm -rf $(B)
.PHONY: distclean

deps:
	$(Q)tests/deps.sh build

include tests/unit/unit.mk
include tests/fuzz/fuzz.mk
include tests/mutants/mutants.mk
include tests/tests.mk

help:
	@echo 'make            build $(B)/pitrace (V=1 shows the commands)'
	@echo 'make deps       install what building needs (Debian, Ubuntu), or show'
	@echo '                the command to do so (Fedora, RHEL, openSUSE, Arch)'
	@echo 'make install    to $$DESTDIR$$PREFIX (PREFIX=$(PREFIX))'
	@echo 'make uninstall  remove it from there'
	@echo 'make deb        the Debian package, in $(B)/deb'
	@echo 'make portable   one file that needs nothing of the host but a kernel,'
	@echo '                $(B)/portable/pitrace'
	@echo 'make container  that file as an image of OCI, $(B)/container/pitrace.oci'
	@echo 'make dist       a release archive with it, in $(B)/dist'
	@echo 'make unit       unit tests; need no root'
	@echo 'make install-test'
	@echo '                manual page, completion, install; need no root'
	@echo 'make mutants    can the unit tests fail? Changes the modules at random'
	@echo '                and lists what no test notices (MUTANTS_SEED, _COUNT,'
	@echo '                _SECONDS, _MODULES, _SHARE)'
	@echo 'make dist-test  the portable file, the release archive; needs no root'
	@echo 'make fuzz       readers of outside text, FUZZ_SECONDS=300 each'
	@echo 'make check      style and static analysis'
	@echo 'make lab-test   the tests on real kernels alone'
	@echo 'make demo       set up, boot the lab, show pitrace at work'
	@echo 'make test       set up, unit and install tests, fuzz targets for 2'
	@echo '                seconds each, lab tests on real kernels'
	@echo '                (KERNELS="6.1 6.12" chooses which)'
	@echo 'make test-kernels'
	@echo '                lab tests on kernels from 5.10 to the newest 7.x,'
	@echo '                write docs/kernels.md'
	@echo 'make test-compilers'
	@echo '                every clang of the archives: builds, loads on every'
	@echo '                kernel, cases; write docs/compilers.md'
	@echo 'make test-intel the real kvm_intel, in Bochs; some minutes'
	@echo 'make test-deb   the Debian package and its service, in roots of Debian;'
	@echo '                some minutes for each (DEB_SUITES="bookworm trixie")'
	@echo 'make test-distros'
	@echo '                demo and test in fresh roots of Debian 12, 13 and sid;'
	@echo '                most of an hour for each (DISTROS="trixie")'
	@echo 'make test-container'
	@echo '                the image, and the DaemonSet, on real kernels; some minutes'
	@echo 'make test-portable'
	@echo '                dist-test, and the file in roots of Debian 11 to 13 and'
	@echo '                of busybox, and in the lab; some minutes'
	@echo 'make test-report'
	@echo '                reports (--report) in headless Chromium and Firefox'
	@echo 'make schema     records of the unit tests against docs/schema'
	@echo 'make metrics    metrics as others read them, a server under strange'
	@echo '                clients; after make unit'
	@echo 'make dashboard  dashboard and alerts against a Prometheus, which it'
	@echo '                fetches; after make unit'
	@echo 'make docs/json.md'
	@echo '                the page of the records, from docs/schema'
	@echo 'make bench      measure what tracing costs, write docs/performance.md'
	@echo 'make soak       an hour of interrupts, with sanitizers (SOAK_SECONDS)'
	@echo 'make clean      remove what was built, keep the lab'\''s kernels'
	@echo 'make distclean  remove those as well'
