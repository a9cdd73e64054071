# shellcheck shell=bash
# MariaDB as this Debian ships it.

mariadb_users_sql="
CREATE USER IF NOT EXISTS root@127.0.0.1;
GRANT ALL ON *.* TO root@127.0.0.1 WITH GRANT OPTION;
CREATE USER cdc@'%' IDENTIFIED BY 'cdc';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO cdc@'%';"

mariadb_version() { mariadbd --no-defaults --version | sed -n 's/.*Ver \([0-9.]*\).*/\1/p'; }

mariadb_template_fill() {
  local dir=$1
  say 'initialising a MariaDB data directory (once)'
  mariadb-install-db --no-defaults --datadir="$dir/data" --user=root --skip-test-db --force --skip-name-resolve \
    --auth-root-authentication-method=normal >"$dir/log" 2>&1 &&
    printf 'FLUSH PRIVILEGES;\n%s\n' "${mariadb_users_sql#$'\n'}" |
    mariadbd --no-defaults --datadir="$dir/data" --user=root --bootstrap >>"$dir/log" 2>&1 ||
    { cat "$dir/log" >&2; return 1; }
}

mariadb_prepare() {
  local template
  require_commands mariadbd mariadb-install-db mariadb
  [[ -d $1/data ]] && return
  template=mariadb-data-$(digest recipe-2 "$(mariadb_version)" "$mariadb_users_sql")
  cached "$template" mariadb_template_fill
  copy_whole "$ROWFERRY_CACHE/$template/data" "$1/data"
}

# mariadb_config PORT DIR: DIR as the server sees it. The socket is named relative to the data directory: a path of over
# 107 bytes cannot be bound.
mariadb_config() {
  local port=$1 dir=$2
  cat <<CNF
[mariadbd]
user=root
bind-address=127.0.0.1
port=$port
datadir=$dir/data
socket=mariadbd.sock
pid-file=$dir/mariadbd.pid
tmpdir=$dir/tmp
skip-name-resolve
server-id=1
log-bin=mariadb-bin
binlog-format=ROW
binlog-row-image=FULL
binlog-row-metadata=FULL
gtid-strict-mode=ON
# 11.4 and later would keep logs until a replica is connected
loose-slave-connections-needed-for-purge=0
sync-binlog=1
innodb-flush-log-at-trx-commit=1
innodb-buffer-pool-size=128M
max-allowed-packet=64M
CNF
}

mariadb_start() {
  local dir=$1 port=$2 opts=()
  mkdir -p "$dir/tmp"
  mariadb_config "$port" "$dir" >"$dir/my.cnf"
  read -r -a opts <<<"${ROWFERRY_MARIADBD_OPTS-}" || true
  process_start "$dir" mariadbd --defaults-file="$dir/my.cnf" "${opts[@]}"
}

mariadb_answers() {
  timeout 5 mariadb --no-defaults --connect-timeout=2 --protocol=tcp --host=127.0.0.1 --port="$2" --user=root --execute='DO 1'
}

mariadb_describe() {
  printf '%s, user root without password or cdc/cdc, socket %s' "$(mariadb_version)" "$1/data/mariadbd.sock"
}
