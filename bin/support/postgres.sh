# A PostgreSQL server of our own, for as long as the script runs. Sourced:
#   start_postgres [OPTION...]   starts it; its address is in postgres_url
#   stop_postgres                stops it and removes its data
# shellcheck shell=bash

postgres_dir=
postgres_user=

# The folder of the newest PostgreSQL server; Debian keeps it off the PATH.
postgres_bin() {
  local initdb
  initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [[ -x $initdb ]] || initdb=$(command -v initdb) || return 1
  dirname "$initdb"
}

# The server refuses to run as root.
as_postgres() {
  local run=()
  if [[ $EUID -eq 0 ]]; then
    run=(runuser -u "$postgres_user" --)
  fi
  (cd "$postgres_dir" && "${run[@]}" "$@")
}

free_port() {
  local port
  while
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
  do :; done
  echo "$port"
}

start_postgres() { # [OPTION...]
  local bin password port
  bin=$(postgres_bin)
  postgres_user=$(id -un)
  postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/baton-postgres.XXXXXX")
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  port=$(free_port)
  echo "$password" >"$postgres_dir/password"
  if [[ $EUID -eq 0 ]]; then
    postgres_user=nobody
    id -u postgres >/dev/null 2>&1 && postgres_user=postgres
    chown -R "$postgres_user" "$postgres_dir"
  fi
  # md5 because the tests connect thousands of times, and scram is slow on purpose.
  as_postgres "$bin/initdb" --pgdata=data --username=postgres --pwfile=password --auth=md5 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  as_postgres "$bin/pg_ctl" start --pgdata=data --log=log --wait --silent --options="-c port=$port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_dir $*" || {
    cat "$postgres_dir/log" >&2
    return 1
  }
  postgres_url=postgres://postgres:$password@127.0.0.1:$port/postgres
}

stop_postgres() {
  if [[ -n $postgres_dir ]]; then
    as_postgres "$(postgres_bin)/pg_ctl" stop --pgdata=data --mode=immediate --silent || true
    rm -rf "$postgres_dir"
  fi
}
