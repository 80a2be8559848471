#!/usr/bin/env bash
# Installs MariaDB's server and client programs (no daemon, no service) from the host's own apt
# sources. Needs root. Safe under concurrent calls: LOCKFILE serialises them.
#
#   host-mariadb.sh LOCKFILE
set -euo pipefail
exec 9>"$1"
flock 9
if command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ]; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o Acquire::Retries=3 update >&2 || echo 'host-mariadb: apt-get update failed, trying the lists there are' >&2
# Releases up to 2022 carry the version in the package names.
for suffix in '' -10.6 -10.5 -10.3; do
  if apt-cache show "mariadb-server-core$suffix" >/dev/null 2>&1; then
    exec apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 --no-install-recommends install \
      "mariadb-server-core$suffix" "mariadb-client-core$suffix" "mariadb-client$suffix" </dev/null >&2 9>&-
  fi
done
echo 'host-mariadb: apt knows no package mariadb-server-core' >&2
exit 1
