#!/usr/bin/env bash
# Unpacks Debian packages of any suite, with every library they need, into a folder of their own: a
# database server of another version beside the host's. Needs no root and neither reads nor writes
# the host's package state: apt runs with lists, status and cache of its own.
#
#   debian-folder.sh SUITE DIR PACKAGE...     prints the path of DIR/run
#   DIR/run usr/sbin/mariadbd --arguments     runs one program with the folder's own loader and libc
#
# Idempotent per (SUITE, PACKAGES) and safe under concurrent calls.
# DEBIAN_MIRROR overrides the mirror, which is otherwise the one of the host's own apt sources.
set -euo pipefail

die() { echo "debian-folder: $*" >&2; exit 1; }

[ $# -ge 3 ] || die "usage: $0 SUITE DIR PACKAGE..."
suite=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd -P)
shift 2
want="2 $suite $*"

command -v flock >/dev/null || die 'flock not found (package util-linux)'
exec 9>"$dir/.lock"
flock 9
if [ -x "$dir/run" ] && [ "$(cat "$dir/WANT" 2>/dev/null)" = "$want" ]; then echo "$dir/run"; exit 0; fi

for c in apt-get dpkg dpkg-deb; do command -v $c >/dev/null || die "$c not found: a Debian host is needed"; done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keyring ] || die "$keyring is missing (package debian-archive-keyring)"
arch=$(dpkg --print-architecture)

# The mirror the host already uses, in deb822 or one-line form. Security suites have another path.
host_mirror() {
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/{for(i=2;i<=NF;i++)print $i}'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p'
  } | sed 's#/*$##' | grep -E '/debian$' | head -n 1
}
mirror=${DEBIAN_MIRROR:-$(host_mirror || true)}
[ -n "$mirror" ] || die "no Debian mirror in the host's apt sources; set DEBIAN_MIRROR"

apt=$dir/apt
rm -rf "$apt"
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
# Wanted only by helper scripts nobody runs here: told to be installed already, they are not fetched.
for p in perl perl-base libconfig-inifiles-perl libdbi-perl libdbd-mariadb-perl debianutils; do
  printf 'Package: %s\nStatus: install ok installed\nPriority: optional\nSection: misc\nMaintainer: nobody <nobody@localhost>\nArchitecture: %s\nMulti-Arch: allowed\nVersion: 99.0\nDescription: stand-in\n\n' "$p" "$arch"
done >"$apt/status"
echo "deb [arch=$arch signed-by=$keyring] ${mirror%/} $suite main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Cache::archives "$apt/cache/archives";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Log "$apt";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
APT::Install-Recommends "false";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
APT::Keep-Downloaded-Packages "true";
#clear DPkg::Post-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
export APT_CONFIG=$apt/apt.conf
apt-get -qq update >&2 || die "apt-get update failed for $suite"
apt-get -qq -y --no-install-recommends --download-only install "$@" >&2 || die "cannot download $* of $suite"

rm -rf "$dir/root" "$dir/root.new"
mkdir "$dir/root.new"
for deb in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dir/root.new"; done
for p in "$@"; do
  for deb in "$apt/cache/archives/${p}"_*.deb; do dpkg-deb -f "$deb" Package Version; done
done >"$dir/VERSIONS"
rm -rf "$apt" "$dir"/root.new/usr/share/{doc,man,locale,lintian}
mv "$dir/root.new" "$dir/root"

loader=$(cd "$dir/root" && find . -type f \( -name 'ld-linux*.so*' -o -name 'ld-2*.so' \) | sed 's#^\./##' | head -n 1)
[ -n "$loader" ] || die 'no dynamic loader among the unpacked packages'
triplet=$(basename "$(dirname "$loader")")
# Loaders before glibc 2.33 do not know --argv0; servers older than that do not need it.
argv0=
if "$dir/root/$loader" --help 2>/dev/null | grep -q -- --argv0; then argv0='--argv0 "$p"'; fi
cat >"$dir/run" <<RUN
#!/bin/sh
r=\$(dirname "\$(readlink -f "\$0")")/root; p=\$r/\$1; shift
lp=\$r/$(dirname "$loader"):\$r/usr/lib/$triplet:\$r/lib/$triplet:\$r/usr/lib/mysql/private
exec "\$r/$loader" $argv0 --library-path "\$lp" "\$p" "\$@"
RUN
chmod 755 "$dir/run"
echo "$want" >"$dir/WANT"
echo "$dir/run"
