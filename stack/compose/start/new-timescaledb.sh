#!/usr/bin/env bash
# Makes the logins of the stack in a new volume, before Postgres listens on its port.
set -euo pipefail
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --file=/run/asof/logins.sql
rm /run/asof/logins.sql
