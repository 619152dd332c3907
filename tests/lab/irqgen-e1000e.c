// SPDX-License-Identifier: GPL-2.0-only
/*
 * e1000e (Intel 82574L): five MSI-X vectors, each raised by writing its bit
 * to the cause-set register.
 */
#include <stdbool.h>
#include <unistd.h>

#include "irqgen-model.h"

#define CTRL     0x00
#define CTRL_EXT 0x18
#define ICR      0xc0
#define ICS      0xc8
#define IMS      0xd0
#define IMC      0xd8
#define EIAC     0xdc
#define IVAR     0xe4
#define EITR     0xe8 /* one a vector */

#define CTRL_RST (1u << 26)

/* Writing all ones to IMS ends the throttle timers (they cannot be zero). */
#define CTRL_EXT_CLEAR_TIMERS (1u << 29)

/* The longest interval of a vector's own throttle timer, 17 ms. */
#define EITR_MAX 0xffffu

/* RXQ0, RXQ1, TXQ0, TXQ1, OTHER on vectors 0 to 4; 8 is the valid bit. */
#define IVAR_ONE_EACH     0xcba98u

#define VECTORS           5
#define CAUSE_VECTOR0     (1u << 20)
#define CAUSES_ALL        (0x1fu << 20)
#define CAUSE_RX_DESC_LOW (1u << 4) /* for MSI and INTx: any will do */

/* Whether the emulator's throttle timers raise interrupts of their own. */
static bool throttle_repeats;

static void configure(struct vfio_device *dev, enum irq_kind kind)
{
	bar_write(dev, IMC, ~0u);
	bar_read(dev, ICR);
	bar_write(dev, ICR, ~0u);
	bar_write(dev, IVAR, IVAR_ONE_EACH);
	bar_write(dev, EIAC, kind == IRQ_MSIX ? CAUSES_ALL : 0);
	bar_write(dev, CTRL_EXT,
		  bar_read(dev, CTRL_EXT) | CTRL_EXT_CLEAR_TIMERS);
}

/* run.sh knows the emulator. Asked once: the file lies outside the machine. */
static void setup(struct vfio_device *dev, enum irq_kind kind)
{
	throttle_repeats = access("/lab/throttle-repeats", F_OK) == 0;
	configure(dev, kind);
}

/*
 * Each interrupt starts its vector's throttle timer. When that ends, or is
 * ended, QEMU 8 and later raise one more, for nothing. A reset stops it; by
 * then the interrupt is on its way. The longest interval leaves the time.
 */
static void raise_and_reset(struct vfio_device *dev, uint32_t vectors)
{
	for (unsigned int i = 0; i < VECTORS; i++)
		bar_write(dev, EITR + i * 4, EITR_MAX);
	bar_write(dev, IMS, ~0u);
	bar_write(dev, ICS, vectors * CAUSE_VECTOR0);
	bar_write(dev, CTRL, bar_read(dev, CTRL) | CTRL_RST);
	configure(dev, IRQ_MSIX);
}

static void raise(struct vfio_device *dev, enum irq_kind kind, uint32_t vectors)
{
	if (kind == IRQ_MSIX && throttle_repeats) {
		raise_and_reset(dev, vectors);
		return;
	}
	bar_write(dev, IMS, ~0u);
	if (kind == IRQ_MSIX)
		bar_write(dev, ICS, vectors * CAUSE_VECTOR0);
	else
		bar_write(dev, ICS, CAUSE_RX_DESC_LOW);
}

/* In MSI-X mode EIAC clears the cause by itself. */
static void acknowledge(struct vfio_device *dev, enum irq_kind kind)
{
	if (kind == IRQ_MSIX)
		return;
	bar_write(dev, IMC, ~0u);
	bar_read(dev, ICR);
	bar_write(dev, ICR, ~0u);
}

const struct model e1000e_model = {
	.name = "e1000e",
	.ids = 0x10d38086,
	.max_vectors = VECTORS,
	.setup = setup,
	.raise = raise,
	.acknowledge = acknowledge,
};
