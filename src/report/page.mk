# SPDX-License-Identifier: GPL-2.0-only
# What the page of reports is made of, the scripts in the order in which they
# run.

REPORT_SCRIPTS := $(addprefix src/report/, format.js element.js model.js \
	overview.js vectors.js timeline.js changes.js flame.js host.js \
	records.js page.js)
REPORT_PAGE := src/report/embed.sh src/report/page.html \
	src/report/style.css $(REPORT_SCRIPTS)
