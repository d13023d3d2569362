#!/usr/bin/env bash
# What the tests on Neo4j need: Java 17 or newer, Maven and openssl. Installed by apt where this runs as root; else said.
set -euo pipefail
if [ -n "${PATHWAYS_TEST_NEO4J:-}" ] && { [ "$PATHWAYS_TEST_NEO4J" != no ] || [ -z "${CI:-}" ]; }; then
  exit 0 # a server is given, or the tests are left out
fi
missing=()
version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1 || true)
[ "${version:-0}" -ge 17 ] || missing+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v openssl >/dev/null || missing+=(openssl)
[ "${#missing[@]}" -gt 0 ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The tests on Neo4j need ${missing[*]} (Debian's names). Install them, or name a server: PATHWAYS_TEST_NEO4J=bolt://HOST:7687 make test" >&2
  echo "(PATHWAYS_TEST_NEO4J=no make test leaves them out)." >&2
  exit 1
fi
