# shellcheck shell=bash
# The newest MariaDB that Debian has, out of a root of sid of its own: its packages exclude MySQL's. The server sees its
# folder as /service.

mariadb_newest_packages=(mariadb-server-core mariadb-client-core)
mariadb_newest_entry=sid-mariadb-$(digest recipe-1 "${mariadb_newest_packages[@]}")
mariadb_newest_root=$ROWFERRY_CACHE/$mariadb_newest_entry

mariadb_newest_root_fill() {
  sid_root_fill_with "$1" "$ROWFERRY_CACHE/$mariadb_newest_entry.log" "${mariadb_newest_packages[@]}"
}

mariadb_newest_run() { sid_root=$mariadb_newest_root sid_root_run "$@"; }

mariadb_newest_template=mariadb-newest-data-$(digest recipe-1 "$mariadb_newest_entry" "$mariadb_users_sql")

mariadb_newest_template_fill() {
  local dir=$1
  say 'initialising a data directory of the newest MariaDB (once)'
  printf 'FLUSH PRIVILEGES;\n%s\n' "${mariadb_users_sql#$'\n'}" >"$dir/users.sql"
  mariadb_newest_run --bind "$dir" /service -- sh -c '
    mariadb-install-db --no-defaults --datadir=/service/data --user=root --skip-test-db --force --skip-name-resolve \
      --auth-root-authentication-method=normal &&
    mariadbd --no-defaults --datadir=/service/data --user=root --bootstrap </service/users.sql' >"$dir/log" 2>&1 ||
    { cat "$dir/log" >&2; return 1; }
}

mariadb_newest_prepare() {
  sid_root_make_by "$mariadb_newest_entry" mariadb_newest_root_fill
  [[ -d $1/data ]] && return
  cached "$mariadb_newest_template" mariadb_newest_template_fill
  copy_whole "$ROWFERRY_CACHE/$mariadb_newest_template/data" "$1/data"
}

mariadb_newest_start() {
  local dir=$1 port=$2 opts=() sid_command
  mkdir -p "$dir/tmp"
  mariadb_config "$port" /service >"$dir/my.cnf"
  read -r -a opts <<<"${ROWFERRY_MARIADBD_OPTS-}" || true
  sid_root=$mariadb_newest_root sid_root_command --bind "$dir" /service -- \
    mariadbd --defaults-file=/service/my.cnf "${opts[@]}"
  process_start "$dir" "${sid_command[@]}"
}

mariadb_newest_answers() { mariadb_answers "$@"; }

mariadb_newest_describe() {
  printf '%s, user root without password or cdc/cdc, socket %s' \
    "$(mariadb_newest_run -- mariadbd --no-defaults --version | sed -n 's/.*Ver \([0-9.]*\).*/\1/p')" "$1/data/mariadbd.sock"
}
