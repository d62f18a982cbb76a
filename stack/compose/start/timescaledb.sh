#!/usr/bin/env bash
# Starts Postgres with the logins of the stack. It has those of an existing volume before it listens, whatever
# they were. A new volume gets them from `new-timescaledb.sh`, which the image runs.
set -euo pipefail
if [ -s "$PGDATA/PG_VERSION" ]; then
  bash /asof/start/with-passwords.sh /asof/logins.sql |
    su -s /bin/sh -c "postgres --single -j -D '$PGDATA' -c exit_on_error=on \
      -c log_min_error_statement=panic template1" postgres
fi
exec docker-entrypoint.sh "$@"
