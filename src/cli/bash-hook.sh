# The part of the snippet that is the same for everybody; bash-hook.ts puts the facts before it. Bash 4.4 or later.

__faultbox_code= __faultbox_sub= __faultbox_line= __faultbox_depth=0 __faultbox_count=0
__faultbox_lines=() __faultbox_pipe= __faultbox_dir= __faultbox_mine=

# exit code, line, command, the exit codes of a pipeline, $_ (which is then what it was); what the script prints is descriptor 8 here
__faultbox_err() {
  local - code=$1 line=$2 text=$3 codes=$4
  set +xeuv
  local depth=$((${#FUNCNAME[@]} - 1))
  __faultbox_known && return "$code"
  __faultbox_code=$code __faultbox_sub=$BASH_SUBSHELL __faultbox_line=$line __faultbox_depth=$depth
  __faultbox_lines=("${BASH_LINENO[@]:1}")
  local more=(--exit-code "$code" --command "${text:0:20000}"
    --message "${text:0:2000}: exit code $code, at line $line of ${0##*/}"
    --attribute "script=$0" --attribute "line=$line")
  [[ ${FUNCNAME[1]:-main} == main ]] || more+=(--attribute "function=${FUNCNAME[1]}")
  [[ $codes != *" "* ]] || more+=(--attribute "pipeline=$codes")
  __faultbox_record "${more[@]}" >/dev/null
  if ((BASH_SUBSHELL > 0)); then
    printf -v now '%(%s)T' -1
    mkdir -p -m 700 "${__faultbox_marker%/*}" && printf '%s %s\n' "$code" "$now" >"$__faultbox_marker"
  fi
  return "$code"
}

# whether this is the failure that was recorded last, handed on to its caller
__faultbox_known() {
  local seen_code seen_at now
  if [[ $code == "$__faultbox_code" && $BASH_SUBSHELL == "$__faultbox_sub" ]]; then
    if ((depth < __faultbox_depth)) && [[ $line == "${__faultbox_lines[__faultbox_depth - depth - 1]:-}" ]]; then
      return 0
    fi
    [[ $text == eval\ * && $line == "$__faultbox_line" && $depth == "$__faultbox_depth" ]] && return 0
  fi
  [[ $text == *'('* || $text == *'`'* || $codes == *" "* ]] && [[ -e $__faultbox_marker ]] || return 1
  read -r seen_code seen_at <"$__faultbox_marker"
  ((BASH_SUBSHELL > 0)) || rm -f "$__faultbox_marker"
  printf -v now '%(%s)T' -1
  [[ $seen_code == "$code" ]] && ((now - seen_at <= 1))
}

__faultbox_record() {
  local name tries
  if [[ -n $__faultbox_pipe && $(readlink /proc/self/fd/8) == "$__faultbox_pipe" ]]; then
    name=$BASHPID.$((++__faultbox_count))
    printf '\e_faultbox:%s:%s\e\\' "$__faultbox_nonce" "$name" >&8
    for ((tries = 0; tries < 200; tries++)); do
      [[ -e $__faultbox_dir/$name ]] && break
      sleep 0.01
    done
    "${__faultbox_append[@]}" "$@" --stderr-excerpt-file "$__faultbox_dir/$name" </dev/null 2>&8 8>&-
    rm -f "$__faultbox_dir/$name"
  elif [[ -f /dev/fd/8 ]]; then
    tail -c 16384 /dev/fd/8 | tail -n 25 | "${__faultbox_append[@]}" "$@" --stderr-excerpt-file - 2>&8 8>&-
  else
    "${__faultbox_append[@]}" "$@" </dev/null 2>&8 8>&-
  fi
}

__faultbox_copy() {
  trap '' HUP INT QUIT TERM
  { "${__faultbox[@]}" error-log hook capture --directory "$__faultbox_dir" --nonce "$__faultbox_nonce" || cat; } <&9 9<&- &
}

if [[ -p /dev/fd/2 || -S /dev/fd/2 ]] && [[ -e /proc/self/fd/2 ]] && __faultbox_dir=$(mktemp -d); then
  # The copier is nobody's child: a wait of the script would wait for it for ever.
  if [[ /dev/fd/1 -ef /dev/fd/2 ]]; then exec > >(__faultbox_copy 9<&0) 2>&1; else exec 2> >(__faultbox_copy 9<&0 >&2); fi
  __faultbox_pipe=$(readlink /proc/self/fd/2)
fi

# Where a subshell leaves the exit code that it ends with, for its parent.
__faultbox_marker=${__faultbox_dir:-$__faultbox_log.d}/hook.$$

# Functions and subshells inherit the trap, but a trap of the script's own goes on as if they did not.
__faultbox_theirs=$(trap -p ERR) __faultbox_where=
if [[ -n $__faultbox_theirs ]]; then
  __faultbox_theirs=${__faultbox_theirs#trap -- }
  eval "__faultbox_theirs=${__faultbox_theirs% ERR}"
  if [[ $- == *E* ]]; then __faultbox_where='*'; else __faultbox_where=00; set -E; fi
  # On the same line, since a line end would count for their LINENO.
  __faultbox_theirs='; case ${#FUNCNAME[@]}$BASH_SUBSHELL in '$__faultbox_where') '$__faultbox_theirs'
;; esac'
elif ! grep -Eqs '^[^#]*\<trap\>.*\<ERR\>' -- "$0"; then
  # One that the script sets later takes the place of ours, and must not be inherited by what we did.
  set -E
fi
trap '{ __faultbox_err "$?" "$LINENO" "$BASH_COMMAND" "${PIPESTATUS[*]}" "$_"; } 8>&2 2>/dev/null'"$__faultbox_theirs" ERR
