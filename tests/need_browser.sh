#!/usr/bin/env bash
# What the tests of the pages need: Debian's chromium. Installed by apt where this runs as root; else said.
set -euo pipefail
[ "${PATHWAYS_TEST_BROWSER:-}" != no ] || [ -n "${CI:-}" ] || exit 0 # they are left out
[ -x "${PATHWAYS_TEST_BROWSER:-}" ] || command -v chromium >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends chromium >/dev/null
else
  echo "The tests of the pages need chromium (Debian's name). Install it, or name one: PATHWAYS_TEST_BROWSER=/path/to/chromium make test" >&2
  echo "(PATHWAYS_TEST_BROWSER=no make test leaves them out)." >&2
  exit 1
fi
