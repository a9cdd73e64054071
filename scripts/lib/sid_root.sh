# shellcheck shell=bash
# A root of Debian sid: where MySQL 9 and its client library come from, and a second tool chain.
#
#   sid_root_make                                      makes it unless it is there; sets $sid_root
#   sid_root_run [--bind SRC DST]... [--dir DIR] [--keep-env] -- COMMAND...
#                                                      runs it with SRC seen as DST, in an environment of its
#                                                      own unless told to keep the caller's (but PATH and HOME);
#                                                      in another root with `sid_root=… ` in front
#
# Every command runs in a mount namespace of its own: the mounts are seen by nobody else and are
# gone with the last process in it, so nothing is left to unmount and no rm can reach through them.

sid_packages=(
  # MySQL and its client library
  mysql-server-core mysql-client-core mysql-client libmysqlclient-dev
  # RowFerry's build in the root
  g++ cmake ninja-build ccache pkg-config git
  libbenchmark-dev libboost-dev libcli11-dev libdeflate-dev libexpected-dev libfmt-dev libgtest-dev libgmock-dev
  librdkafka-dev libspdlog-dev libssl-dev libyaml-cpp-dev libzstd-dev rapidjson-dev zlib1g-dev
)
sid_entry=sid-$(digest recipe-1 "${sid_packages[@]}")
sid_root=$ROWFERRY_CACHE/$sid_entry

# The mirror that this machine's apt takes its own release from.
debian_mirror() {
  local release mirror
  # shellcheck source=/dev/null
  release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
  mirror=$(apt-get indextargets --format '$(CREATED_BY) $(RELEASE) $(COMPONENT) $(REPO_URI)' |
    sed -n "s/^Packages ${release:-stable} main //p" | head -n 1)
  [[ -n $mirror ]] || fail "apt lists no Debian mirror for '${release}' (component main): mend /etc/apt/sources.list"
  printf '%s' "${mirror%/}"
}

sid_root_fill() { sid_root_fill_with "$1" "$ROWFERRY_CACHE/$sid_entry.log" "${sid_packages[@]}"; }

# sid_root_fill_with ROOT LOG PACKAGE...
sid_root_fill_with() {
  local root=$1 log=$2 mirror
  shift 2
  mirror=$(debian_mirror)
  say "making a root of Debian sid (once, about a minute); log: $log"
  : >"$log"
  # A namespace here too, for what debootstrap mounts and may leave behind when killed.
  unshare --mount --propagation private debootstrap --variant=minbase --include=ca-certificates \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg sid "$root" "$mirror" >>"$log" 2>&1 ||
    { tail -n 15 "$log" >&2; return 1; }

  printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' \
    >"$root/etc/dpkg/dpkg.cfg.d/rowferry"
  # The host's way to its mirror (proxy, time-outs) and no service ever started by a package.
  apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/90host" || true
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  sid_root=$root sid_root_run -- sh -c '
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update && apt-get -q install --yes --no-install-recommends "$@" && apt-get clean &&
    rm -rf /var/lib/apt/lists/*' sh "$@" >>"$log" 2>&1 ||
    { tail -n 15 "$log" >&2; return 1; }
}

sid_root_make() { sid_root_make_by "$sid_entry" sid_root_fill; }

# sid_root_make_by ENTRY FILLER
sid_root_make_by() {
  [[ ! -d $ROWFERRY_CACHE/$1 ]] || return 0
  require_root 'a root of Debian sid is made with debootstrap and entered with chroot'
  require_commands debootstrap unshare chroot apt-get apt-config
  cached "$1" "$2"
}

# Runs inside the new mount namespace: mounts, enters, becomes the command (the pid stays the same).
sid_root_enter='
set -eu
root=$1 dir=$2 ignore=$3 binds=$4
shift 4
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/run"
while [ "$binds" -gt 0 ]; do
  mkdir -p "$root$2"
  mount --rbind "$1" "$root$2"
  shift 2
  binds=$((binds - 1))
done
for file in /etc/resolv.conf /etc/hosts; do
  if [ -e "$file" ]; then : >>"$root$file"; mount --bind "$file" "$root$file"; fi
done
exec env $ignore PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" chroot "$root" sh -c '\''cd "$0" && exec "$@"'\'' "$dir" "$@"
'

# sid_root_command: takes the same; sets the array sid_command to what runs it, as a process to be exec'd.
sid_root_command() {
  local binds=() dir=/ ignore=--ignore-environment
  while (($#)); do
    case $1 in
      --bind) binds+=("$2" "$3"); shift 3 ;;
      --dir) dir=$2; shift 2 ;;
      --keep-env) ignore=; shift ;;
      --) shift; break ;;
      *) fail "sid_root_command: unknown argument '$1'" ;;
    esac
  done
  require_root 'the root of Debian sid is entered with chroot'
  sid_command=(unshare --mount --propagation private sh -c "$sid_root_enter" sh
    "$sid_root" "$dir" "$ignore" $((${#binds[@]} / 2)) "${binds[@]}" "$@")
}

sid_root_run() {
  local sid_command
  sid_root_command "$@"
  "${sid_command[@]}"
}
