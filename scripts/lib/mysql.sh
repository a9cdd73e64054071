# shellcheck shell=bash
# MySQL 9 out of the sid root. The server sees its folder as /service.

mysql_users_sql="
CREATE USER root@127.0.0.1;
GRANT ALL ON *.* TO root@127.0.0.1 WITH GRANT OPTION;
CREATE USER cdc@'%' IDENTIFIED BY 'cdc';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO cdc@'%';"

# Options that a data directory keeps for ever (lower_case_table_names).
mysql_init_options=${ROWFERRY_MYSQLD_INIT_OPTS-}
mysql_template=mysql-data-$(digest recipe-1 "$sid_entry" "$mysql_users_sql" ${mysql_init_options:+"$mysql_init_options"})

# A data directory with users and TLS keys, but without a server uuid: every copy makes its own.
mysql_template_fill() {
  local dir=$1 opts=()
  read -r -a opts <<<"$mysql_init_options" || true
  say 'initialising a MySQL data directory (once)'
  printf '%s\n' "${mysql_users_sql//$'\n'/ }" | sed 's/; /;\n/g' >"$dir/users.sql"
  sid_root_run --bind "$dir" /service -- mysqld --no-defaults --initialize-insecure --user=root \
    --datadir=/service/data --init-file=/service/users.sql --innodb-redo-log-capacity=16M "${opts[@]}" \
    >"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
  ! grep --fixed-strings '[ERROR]' "$dir/log" >&2
  rm "$dir/data/auto.cnf"
}

mysql_prepare() {
  sid_root_make
  [[ -d $1/data ]] && return
  cached "$mysql_template" mysql_template_fill
  copy_whole "$ROWFERRY_CACHE/$mysql_template/data" "$1/data"
}

mysql_start() {
  local dir=$1 port=$2 opts=() sid_command
  mkdir -p "$dir/tmp"
  # After a crash: where nobody has reaped the dead server yet, mysqld takes its pid for a living owner.
  rm -f "$dir"/mysqld.{sock,sock.lock,pid}
  cat >"$dir/my.cnf" <<CNF
[mysqld]
user=root
bind-address=127.0.0.1
port=$port
mysqlx=OFF
secure-file-priv=
datadir=/service/data
socket=/service/mysqld.sock
pid-file=/service/mysqld.pid
tmpdir=/service/tmp
skip-name-resolve
server-id=1
log-bin=binlog
binlog-format=ROW
binlog-row-image=FULL
binlog-row-metadata=FULL
gtid-mode=ON
enforce-gtid-consistency=ON
sync-binlog=1
innodb-flush-log-at-trx-commit=1
innodb-buffer-pool-size=128M
innodb-redo-log-capacity=128M
max-allowed-packet=64M
CNF
  read -r -a opts <<<"${ROWFERRY_MYSQLD_OPTS-}" || true
  sid_root_command --bind "$dir" /service -- mysqld --defaults-file=/service/my.cnf "${opts[@]}"
  process_start "$dir" "${sid_command[@]}"
}

mysql_answers() {
  sid_root_run -- timeout 5 mysql --no-defaults --connect-timeout=2 --host=127.0.0.1 --port="$2" --user=root --execute='DO 1'
}

mysql_describe() {
  printf '%s, user root without password or cdc/cdc, socket %s' \
    "$(sid_root_run -- mysqld --version | sed -n 's/.*Ver \([^ ]*\) .*/\1/p')" "$1/mysqld.sock"
}
