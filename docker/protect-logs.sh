#!/bin/sh
# Has the clinic's logs belong to a role of their own, so that Odoo's role reads and appends, and nothing else.
# Run for a new database by create-role.sh; for one that exists, and after an update that asks for it:
#   docker compose exec db protect-logs
set -eu

psql --set=ON_ERROR_STOP=1 --quiet --single-transaction --username=postgres --dbname=clinic \
    --file=/usr/local/share/clinic/log.sql --file=/usr/local/share/clinic/log_owner.sql
