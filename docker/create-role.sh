#!/bin/sh
# Run once by the PostgreSQL image: Odoo's role (no superuser, creates no databases) and its database,
# with the logs in the hands of a role of their own.
set -eu

password=$(cat /run/secrets/db_password)
psql --set=ON_ERROR_STOP=1 --set=password="$password" --username=postgres <<'SQL'
CREATE ROLE clinic LOGIN NOSUPERUSER NOCREATEDB PASSWORD :'password';
CREATE DATABASE clinic OWNER clinic TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C';
SQL

protect-logs
