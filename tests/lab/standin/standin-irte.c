// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interrupt's entry in the remapping table as the IOMMU finds it: by its
 * register, and by the message that the device sends. What the kernel thinks
 * is in there is not asked.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/moduleparam.h>
#include <linux/msi.h>

#include "standin.h"

#define IRTA         0xb8 /* the register with the table's address */
#define IRTA_SIZE    GENMASK_ULL(3, 0) /* 2 to the power of this plus 1 */
#define IRTA_ADDRESS GENMASK_ULL(63, 12)

/* A message in remappable format; its address holds the entry's number. */
#define MSI_HANDLE_15  BIT(2)
#define MSI_SUBHANDLE  BIT(3)
#define MSI_REMAPPABLE BIT(4)
#define MSI_HANDLE_LOW GENMASK(19, 5)

static unsigned long iommu = 0xfed90000;
module_param(iommu, ulong, 0444);
MODULE_PARM_DESC(iommu, "physical address of the DMAR unit's registers");

struct entry {
	u64 low, high;
};

static int index_of(unsigned int irq, unsigned int *index)
{
	struct msi_msg msg;

	if (!irq_get_msi_desc(irq))
		return -ENOENT;
	get_cached_msi_msg(irq, &msg);
	if (!(msg.address_lo & MSI_REMAPPABLE))
		return -ENXIO;
	*index = FIELD_GET(MSI_HANDLE_LOW, msg.address_lo);
	if (msg.address_lo & MSI_HANDLE_15)
		*index |= BIT(15);
	if (msg.address_lo & MSI_SUBHANDLE)
		*index += msg.data & 0xffff;
	return 0;
}

static int read_entry(unsigned int index, struct entry *entry)
{
	void __iomem *registers = ioremap(iommu, PAGE_SIZE);
	const struct entry *table;
	u64 irta;

	if (!registers)
		return -ENOMEM;
	irta = readq(registers + IRTA);
	iounmap(registers);
	if (!(irta & IRTA_ADDRESS) || index >= 2u << (irta & IRTA_SIZE))
		return -ENXIO;
	table = phys_to_virt(irta & IRTA_ADDRESS);
	entry->low = READ_ONCE(table[index].low);
	entry->high = READ_ONCE(table[index].high);
	return 0;
}

/* irte IRQ */
int command_irte(const char *args)
{
	unsigned int irq, index;
	struct entry entry;
	int err;

	if (sscanf(args, "%u", &irq) != 1)
		return -EINVAL;
	err = index_of(irq, &index);
	if (!err)
		err = read_entry(index, &entry);
	if (!err)
		answer("irq=%u index=%u low=0x%016llx high=0x%016llx", irq,
		       index, entry.low, entry.high);
	return err;
}
