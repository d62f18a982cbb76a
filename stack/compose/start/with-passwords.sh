#!/usr/bin/env bash
# Prints a file with the passwords of the stack in place of their names. No command line gets a password, since
# others can see those.
# Usage: with-passwords.sh FILE [FOLDER OF THE PASSWORDS]
set -eu
text=$(<"$1")
folder=${2:-/run/secrets}
for name in ASOF_POSTGRES_ADMINISTRATOR_PASSWORD ASOF_POSTGRES_PASSWORD ASOF_REDIS_PASSWORD; do
  [[ $text == *"\${$name}"* ]] || continue
  password=$(cat "$folder/$name")
  if ! [[ $password =~ ^[A-Za-z0-9_-]{16,128}$ ]]; then
    echo "$name needs 16 to 128 letters, digits, dashes and underscores" >&2
    exit 1
  fi
  text=${text//"\${$name}"/"$password"}
done
printf '%s\n\n' "$text"
