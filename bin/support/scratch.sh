# A folder for what a run throws away, for as long as the script runs. Sourced:
#   start_scratch   makes it; whatever asks for a temporary folder gets one in there
#   stop_scratch    removes it
# shellcheck shell=bash

scratch_dir=
# In kilobytes; a run has less than a quarter of it at once.
scratch_room=$((4 * 1024 * 1024))

# In memory where there is plenty: the tests make and remove some hundred thousand
# small files, and a disk's file system is slow at it.
start_scratch() {
  local base=${TMPDIR:-/tmp}
  if has_room_in_memory; then
    base=/dev/shm
  fi
  scratch_dir=$(mktemp -d "$base/baton-test.XXXXXX")
  # PostgreSQL, which does not run as root, has its data in there.
  chmod 711 "$scratch_dir"
  export TMPDIR=$scratch_dir
}

has_room_in_memory() {
  local room memory
  [[ -d /dev/shm && -w /dev/shm ]] || return 1
  room=$(df --output=avail /dev/shm | tail -n 1)
  memory=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  [[ $room -gt $scratch_room && $memory -gt $scratch_room ]]
}

stop_scratch() {
  if [[ -n $scratch_dir ]]; then
    rm -rf "$scratch_dir"
  fi
}
