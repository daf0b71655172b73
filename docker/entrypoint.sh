#!/bin/sh
# Completes the configuration with the secrets, in a file in memory that only this user reads, and starts Odoo.
set -eu

secret() {
    if [ ! -s "/run/secrets/$1" ]; then
        echo "The secret $1 is missing or empty; see docker/.env.example" >&2
        exit 1
    fi
    cat "/run/secrets/$1"
}

ODOO_RC=/run/odoo/odoo.conf
export ODOO_RC
umask 077
db_password=$(secret db_password)
master_password=$(secret master_password)
{
    cat /etc/odoo/odoo-base.conf
    printf '\ndb_host = %s\ndb_port = 5432\ndb_user = clinic\n' "${DB_HOST:-db}"
    printf 'db_sslmode = %s\n' "${DB_SSLMODE:-prefer}"
    printf 'db_password = %s\nadmin_passwd = %s\n' "$db_password" "$master_password"
} > "$ODOO_RC"

exec "$@"
