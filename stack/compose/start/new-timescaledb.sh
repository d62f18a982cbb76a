#!/usr/bin/env bash
# Makes the logins of the stack in a new volume, before Postgres listens on its port.
set -euo pipefail
bash /asof/start/with-passwords.sh /asof/logins.sql |
  psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres
