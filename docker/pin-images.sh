#!/bin/sh
# Prints the lines for docker/.env that hold each image to what is on this machine now, by its digest:
#   docker compose pull --ignore-buildable && docker pull odoo:19 && ./pin-images.sh >> .env
set -eu

pin() {
    printf '%s=%s\n' "$1" "$(docker image inspect --format '{{index .RepoDigests 0}}' "$2")"
}

pin ODOO_IMAGE odoo:19
pin POSTGRES_IMAGE postgres:17
pin CADDY_IMAGE caddy:2
pin NGINX_IMAGE nginx:1
