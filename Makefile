# Two commands are enough: `make run` opens the demo clinic, `make test` proves it.
# All of them are in scripts/clinic_env; CLINIC_PORT, CLINIC_DB, CLINIC_HOME, ODOO_HOME and PGHOST/PGPORT/PGUSER choose.

CLINIC = python3 scripts/clinic

.DEFAULT_GOAL := help
.PHONY: help run stop reset shell update db test bench-slots bench-gaps bench-record bench-stock bench-log bench-messages bench-online bench-packages bench-checkout bench-books bench-followup bench-commissions bench-consents bench-photo bench-journeys lint format i18n

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

run:  ## set everything up and open the demo clinic at 127.0.0.1:8069; Ctrl-C stops it
	@$(CLINIC) run

stop:  ## stop whatever runs from this folder
	@$(CLINIC) stop

reset:  ## delete the demo database, after asking
	@$(CLINIC) reset

shell:  ## Odoo's Python shell on the demo database
	@$(CLINIC) shell

update:  ## update the addons in the demo database
	@$(CLINIC) update

db:  ## start the database alone and keep it running; prints how to reach it
	@$(CLINIC) db

test:  ## run every test; ADDON=clinic_visit for one addon, FAST=1 for what changed, ARGS="-k name" for pytest
	@$(CLINIC) test $(if $(FAST),--fast) $(if $(ADDON),--addon $(ADDON)) $(ARGS)

bench-slots:  ## measure the slot engine beside OCA's resource_booking; ARGS=--keep keeps the databases
	@$(CLINIC) bench-slots $(ARGS)

bench-gaps:  ## measure what 1,000 requests leave unsold, with and without ranked times; ARGS=--keep keeps the database
	@$(CLINIC) bench-gaps $(ARGS)

bench-record:  ## measure the patient card among 100,000 patients; ARGS=--keep keeps the databases
	@$(CLINIC) bench-record $(ARGS)

bench-stock:  ## measure the stock card of a product with 1,000,000 moves; ARGS=--keep keeps the databases
	@$(CLINIC) bench-stock $(ARGS)

bench-log:  ## measure a booking and an item used with and without the change log; ARGS=--keep keeps the databases
	@$(CLINIC) bench-log $(ARGS)

bench-messages:  ## measure the outbox of a clinic with 110,000 visits ahead; ARGS=--keep keeps the database
	@$(CLINIC) bench-messages $(ARGS)

bench-online:  ## measure online booking under load, with races for a time; ARGS=--keep keeps the database
	@$(CLINIC) bench-online $(ARGS)

bench-packages:  ## measure a checkout that uses sessions of a package; ARGS=--keep keeps the database
	@$(CLINIC) bench-packages $(ARGS)

bench-checkout:  ## measure a checkout of five lines beside Odoo's own invoice and payment; ARGS=--keep keeps the database
	@$(CLINIC) bench-checkout $(ARGS)

bench-books:  ## measure both homes and the reports of two branches with 500,000 invoices; ARGS=--keep keeps the database
	@$(CLINIC) bench-books $(ARGS)

bench-followup:  ## measure the nightly search for who is to be called among 100,000 patients; ARGS=--keep keeps the database
	@$(CLINIC) bench-followup $(ARGS)

bench-commissions:  ## measure the statements of a month with 100,000 commissions; ARGS=--keep keeps the databases
	@$(CLINIC) bench-commissions $(ARGS)

bench-consents:  ## measure the board and the patient card with and without consents; ARGS=--keep keeps the databases
	@$(CLINIC) bench-consents $(ARGS)

bench-photo:  ## measure photos in a vault with 50,000 of them; ARGS=5000 for fewer
	@$(CLINIC) bench-photo $(ARGS)

bench-journeys:  ## count the taps and waits of a day at the clinic in a browser; ARGS="J1 J8" for some
	@$(CLINIC) bench-journeys $(ARGS)

lint:  ## check style, addons' rules and translations' templates
	@$(CLINIC) lint

format:  ## format Python, XML, JavaScript and SCSS
	@$(CLINIC) format

i18n:  ## export each addon's translation template
	@$(CLINIC) i18n
