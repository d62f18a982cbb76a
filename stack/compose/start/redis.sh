#!/usr/bin/env bash
# Starts Redis with the only user of the stack. The folder is not /tmp, where a container that starts again could
# not replace a file of `redis`.
set -euo pipefail
rm -rf /run/asof
mkdir -m 700 /run/asof
bash /asof/start/with-passwords.sh /asof/users.acl >/run/asof/users.acl
chown -R redis /run/asof
exec docker-entrypoint.sh "$@"
