#!/usr/bin/env bash
# Starts Postgres with the logins of the stack. It has those of an existing volume before it listens, whatever
# they were. A new volume gets them from `new-timescaledb.sh`, which the image runs.
#
# Only root may read the secrets, and the checkout with its owner's modes. `postgres` gets what it reads as files
# of its own.
set -euo pipefail
rm -rf /run/asof
mkdir -m 700 /run/asof
bash /asof/start/with-passwords.sh /asof/logins.sql >/run/asof/logins.sql
cp /asof/start/pg_hba.conf /run/asof/pg_hba.conf
chown -R postgres /run/asof
if [ -s "$PGDATA/PG_VERSION" ]; then
  su -s /bin/sh -c "postgres --single -j -D '$PGDATA' -c exit_on_error=on \
    -c log_min_error_statement=panic template1 </run/asof/logins.sql" postgres
  rm /run/asof/logins.sql
else
  first=/docker-entrypoint-initdb.d/zz-asof.sh
  cp /asof/start/new-timescaledb.sh "$first"
  chmod 700 "$first"
  chown postgres "$first"
  # The image needs a password to begin with, and leaves it in the environment of Postgres. `logins.sql` replaces
  # it before Postgres listens.
  POSTGRES_PASSWORD=$(head -c 18 /dev/urandom | base64)
  export POSTGRES_PASSWORD
fi
exec docker-entrypoint.sh "$@"
