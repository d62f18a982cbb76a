#!/usr/bin/env bash
# Starts Redis with the only user of the stack.
set -euo pipefail
umask 077
bash /asof/start/with-passwords.sh /asof/users.acl >/tmp/users.acl
chown redis /tmp/users.acl
exec docker-entrypoint.sh "$@"
