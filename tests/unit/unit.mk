# SPDX-License-Identifier: GPL-2.0-only
# Tests of everything that needs no kernel, the page on kernels among it:
# `make unit`. Can be included, or used alone: `make -f tests/unit/unit.mk unit`
# in the top directory.

include src/report/page.mk

UNIT_BUILD := build/unit
UNIT_CC ?= $(CC)
UNIT_CFLAGS := -std=gnu11 -Wall -Wextra $(if $(WERROR),-Werror) -g -O1 \
	-fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-D_GNU_SOURCE -Isrc -Iinclude -I$(UNIT_BUILD) -DFIXTURES='"tests/unit/fixtures/"'
UNIT_LIBS := -lcmocka -ljson-c -lbpf -lcap -lmicrohttpd

UNIT_MODULES := pci_address vector_name snapshot stack_list stack_clean \
	proc_interrupts kallsyms number_format text_escape output \
	probe_status probe_lack table_layout table_cells render_table render_stacks \
	json_out json_parts render_json options attach_evidence row_check \
	irte msi_route reasons configured btf_error host host_text \
	kernel_cmdline host_posting inspect_report \
	render_inspect render_json_inspect render_change pace irq_index turns \
	vm_names stack_top probes privilege_needs privileges confinement host_proc collect_cells collect_runs \
	handlers kernel_btf built_in availability verifier_log \
	collect_injections map_walk name_index map_limits left_out \
	map_sizes doctor_text doctor_report doctor_modules \
	doctor_judge doctor_judge_kernel doctor_judge_probes \
	doctor_judge_interrupts doctor_judge_container render_doctor render_json_doctor \
	json_time json_text json_in json_parts_in saved_record saved_snapshot \
	saved_stacks saved_report record_reader record replay replay_filter replay_metrics \
	display new_file report_keep render_report report_page report_output clock failure live_modules run_info events signals input_file \
	render_metrics metrics_accept metrics_file metrics_server \
	listen_address exporter option_conflicts textfile_conflicts same_file
UNIT_OBJECTS := $(UNIT_MODULES:%=$(UNIT_BUILD)/%.o) \
	$(UNIT_BUILD)/support.o $(UNIT_BUILD)/json_support.o \
	$(UNIT_BUILD)/scene.o $(UNIT_BUILD)/doctor_scene.o \
	$(UNIT_BUILD)/record_scene.o
UNIT_TESTS := $(patsubst tests/unit/%.c,$(UNIT_BUILD)/%, \
	$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: unit metrics dashboard
unit: $(UNIT_TESTS)
	@tests/unit/run.sh $(UNIT_TESTS)
	@tests/kernels/test.sh
	@tests/lab/test.sh
	@tests/distro/test.sh
	@$(if $(BPF_CFLAGS),tests/bpf/order.sh '$(CLANG)' $(BPF_CFLAGS))

$(UNIT_BUILD):
	@mkdir -p $@

$(UNIT_BUILD)/%.o: src/%.c | $(UNIT_BUILD)
	@$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

$(UNIT_BUILD)/report_page.inc: $(REPORT_PAGE) | $(UNIT_BUILD)
	@src/report/embed.sh $(REPORT_SCRIPTS) >$@

$(UNIT_BUILD)/report_page.o: $(UNIT_BUILD)/report_page.inc

$(UNIT_BUILD)/%.o: tests/unit/%.c | $(UNIT_BUILD)
	@$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

# What a test makes up is not linked to it.
$(UNIT_BUILD)/test_attach: FAKED := $(UNIT_BUILD)/availability.o

$(UNIT_TESTS): %: %.o $(UNIT_OBJECTS)
	@$(UNIT_CC) $(UNIT_CFLAGS) -o $@ $(filter-out $(FAKED),$^) $(UNIT_LIBS)

# What it asks of the kernel is made up in the test.
$(UNIT_BUILD)/test_attach: $(UNIT_BUILD)/attach.o

# Metrics as others read them; the unit tests are to be run before.
metrics: $(UNIT_BUILD)/serve
	@tests/metrics/check.py $< $(UNIT_BUILD)/metrics

# Dashboard and alerts, against a Prometheus; likewise. And the dashboard
# against Grafana's types, which npm fetches, where it is.
dashboard:
	@programs=$$(tests/dashboard/prometheus.sh) && \
		tests/dashboard/check.py "$$programs" $(UNIT_BUILD)/metrics; \
		status=$$?; tests/dashboard/types.sh && exit $$status

$(UNIT_BUILD)/serve: $(UNIT_BUILD)/serve.o $(UNIT_OBJECTS)
	@$(UNIT_CC) $(UNIT_CFLAGS) -o $@ $^ $(UNIT_LIBS)

$(UNIT_BUILD)/%.o: tests/metrics/%.c | $(UNIT_BUILD)
	@$(UNIT_CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

.SECONDARY: $(UNIT_TESTS:%=%.o) $(UNIT_OBJECTS)

-include $(wildcard $(UNIT_BUILD)/*.d)
