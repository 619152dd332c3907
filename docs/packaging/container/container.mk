# SPDX-License-Identifier: GPL-2.0-only
# make container: the portable file as an image; make test-container: that image
# in the lab, as the DaemonSet asks for it. docs/container.md has the rest.

CONTAINER := $(B)/container/pitrace.oci
CONTAINER_KERNELS ?= 6.12

.PHONY: container test-container
container: portable
	$(Q)tests/deps.sh container
	$(Q)docs/packaging/container/build.sh $(PORTABLE)/pitrace $(CONTAINER)

test-container:
	$(Q)tests/deps.sh test-container $(CONTAINER_KERNELS)
	$(Q)$(TEST_MAKE) irqgen
	$(Q)$(MAKE) --no-print-directory container
	$(Q)tests/container/run.sh $(CONTAINER) $(CONTAINER_KERNELS)
