// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inspector.h"
#include "kernel_btf.h"
#include "loader.h"
#include "untyped.h"

/* A vector that is requested anew just now: look again. */
#define TRIES 5

struct inspector {
	const struct loader *loader;
	struct inspection *inspection; /* shared with the program */
	struct host_posting host;
	uint32_t masked_bits;
	unsigned int begun;
};

struct inspector *inspector_new(const struct loader *loader,
				struct kernel_btf *btf)
{
	struct inspector *inspector = calloc(1, sizeof(*inspector));
	void *view;

	if (!inspector)
		return NULL;
	inspector->loader = loader;
	view = mmap(NULL, sizeof(struct inspection), PROT_READ | PROT_WRITE,
		    MAP_SHARED, loader_map_fd(loader, "inspections"), 0);
	if (view == MAP_FAILED) {
		free(inspector);
		return NULL;
	}
	inspector->inspection = view;
	if (btf)
		(void)kernel_btf_enumerator(btf, "IRQD_IRQ_DISABLED",
					    &inspector->masked_bits);
	return inspector;
}

void inspector_free(struct inspector *inspector)
{
	if (!inspector)
		return;
	munmap(inspector->inspection, sizeof(struct inspection));
	free(inspector);
}

static int run_program(const struct inspector *inspector, const char *name)
{
	struct bpf_program *program = loader_program(inspector->loader, name);
	LIBBPF_OPTS(bpf_test_run_opts, run);

	return program ? bpf_prog_test_run_opts(bpf_program__fd(program), &run)
		       : -ENOENT;
}

/* A module's symbol, or the kernel's where the module is built in. */
static uint64_t address_of(const char *module, const char *symbol)
{
	uint64_t address;

	if (untyped_address(module, symbol, &address))
		(void)untyped_address(NULL, symbol, &address);
	return address;
}

/* What begin_inspection() does, where programs cannot look up symbols. */
static int begin_by_addresses(struct inspector *inspector)
{
	struct inspect_host *host = &inspector->inspection->host;
	const struct loader *loader = inspector->loader;
	uint64_t page_offset;
	int32_t guest_ir;
	int err = run_program(inspector, "begin_questions");

	if (err)
		return err;
	host->irqfd_wakeup = address_of("kvm", "irqfd_wakeup");
	host->wakeup_list = address_of("kvm_intel", "wakeup_vcpus_on_cpu");
	host->page_offset = untyped_read(loader, NULL, "page_offset_base",
					 &page_offset, sizeof(page_offset))
				    ? 0
				    : page_offset;
	host->amd_guest_ir = untyped_read(loader, NULL, "amd_iommu_guest_ir",
					  &guest_ir, sizeof(guest_ir))
				     ? FACT_UNKNOWN
				     : guest_ir;
	return 0;
}

int inspector_begin(struct inspector *inspector)
{
	int err;

	inspector->begun++;
	host_posting_read(&inspector->host);
	err = loader_program(inspector->loader, "begin_inspection")
		      ? run_program(inspector, "begin_inspection")
		      : begin_by_addresses(inspector);
	if (!err)
		host_posting_learn(&inspector->host,
				   inspector->inspection->host.amd_guest_ir);
	return err;
}

unsigned int inspector_begun(const struct inspector *inspector)
{
	return inspector->begun;
}

bool inspector_knows_sleepers(const struct inspector *inspector)
{
	return inspector->inspection->host.wakeup_list;
}

const struct host_posting *inspector_host(const struct inspector *inspector)
{
	return &inspector->host;
}

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[256];
	int err = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text)) < 0)
		err = -errno;
	(void)close(fd);
	return err;
}

/*
 * The kernel calls actions_show(), and with it the program, for the read. An
 * interrupt that is freed just now has a file that is no device's any more.
 */
static int read_actions(unsigned int irq)
{
	char path[64];
	int err;

	(void)snprintf(path, sizeof(path), "/sys/kernel/irq/%u/actions", irq);
	err = read_file(path);
	return err == -ENODEV ? -ENOENT : err;
}

static int ask(struct inspector *inspector,
	       const struct inspect_subject *subject, unsigned int nth,
	       struct inspect_answer *answer)
{
	struct inspection *shared = inspector->inspection;
	uint32_t before = shared->answer.count;
	int err;

	shared->question.nth = nth;
	shared->question.is_vfio = subject->is_vfio;
	err = read_actions(subject->irq);
	if (err)
		return err;
	memcpy(answer, &shared->answer, sizeof(*answer));
	return answer->count == before || answer->irq != subject->irq ? -ENODATA
								      : 0;
}

/* Another reader's run of the program makes the kernel skip ours. */
static bool again(int err, const struct inspect_answer *answer)
{
	return err == -ENODATA || (!err && answer->torn);
}

int inspector_ask(struct inspector *inspector,
		  const struct inspect_subject *subject, unsigned int nth,
		  struct inspect_answer *answer, struct configured *configured)
{
	const struct inspect_setting setting = {
		.host = &inspector->host,
		.amd_guest_ir = inspector->inspection->host.amd_guest_ir,
		.masked_bits = inspector->masked_bits,
		.is_vfio = subject->is_vfio,
	};
	int err = 0;

	answer->torn = 1;
	for (int i = 0; i < TRIES && again(err, answer); i++)
		err = ask(inspector, subject, nth, answer);
	if (err)
		configured_unknown(configured);
	else
		configured_interpret(answer, &setting, configured);
	return err;
}
