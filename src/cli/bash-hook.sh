# The part of the snippet that is the same for everybody; bash-hook.ts puts the facts before it. Bash 4.4 or later.

__faultbox_code= __faultbox_sub= __faultbox_line= __faultbox_depth=0 __faultbox_count=0
__faultbox_lines=() __faultbox_pipe= __faultbox_dir= __faultbox_mine=

# exit code, line, command, the exit codes of a pipeline, $_ (which is then what it was); what the script prints is descriptor 8 here
__faultbox_err() {
  local - __faultbox_is=$1 __faultbox_at=$2 __faultbox_text=$3 __faultbox_codes=${4//[!0-9]/ } IFS=$' \t\n'
  set +xeuv
  local __faultbox_deep=$((${#FUNCNAME[@]} - 1)) __faultbox_now
  __faultbox_known && return "$__faultbox_is"
  __faultbox_code=$__faultbox_is __faultbox_sub=$BASH_SUBSHELL __faultbox_line=$__faultbox_at __faultbox_depth=$__faultbox_deep
  __faultbox_lines=("${BASH_LINENO[@]:1}")
  local __faultbox_more=(--exit-code "$__faultbox_is" --command "${__faultbox_text:0:20000}"
    --message "${__faultbox_text:0:2000}: exit code $__faultbox_is, at line $__faultbox_at of ${0##*/}"
    --attribute "script=$0" --attribute "line=$__faultbox_at")
  [[ ${FUNCNAME[1]:-main} == main ]] || __faultbox_more+=(--attribute "function=${FUNCNAME[1]}")
  [[ $__faultbox_codes != *" "* ]] || __faultbox_more+=(--attribute "pipeline=$__faultbox_codes")
  __faultbox_record "${__faultbox_more[@]}" >/dev/null
  if ((BASH_SUBSHELL > 0)); then
    builtin printf -v __faultbox_now '%(%s)T' -1
    command mkdir -p -m 700 "${__faultbox_marker%/*}" && builtin printf '%s %s\n' "$__faultbox_is" "$__faultbox_now" >"$__faultbox_marker"
  fi
  return "$__faultbox_is"
}

# whether this is the failure that was recorded last, handed on to its caller
__faultbox_known() {
  local __faultbox_seen_is __faultbox_seen_at __faultbox_now
  if [[ $__faultbox_is == "$__faultbox_code" && $BASH_SUBSHELL == "$__faultbox_sub" ]]; then
    if ((__faultbox_deep < __faultbox_depth)) && [[ $__faultbox_at == "${__faultbox_lines[__faultbox_depth - __faultbox_deep - 1]:-}" ]]; then
      return 0
    fi
    [[ $__faultbox_text == eval\ * && $__faultbox_at == "$__faultbox_line" && $__faultbox_deep == "$__faultbox_depth" ]] && return 0
  fi
  [[ $__faultbox_text == *'('* || $__faultbox_text == *'`'* || $__faultbox_codes == *" "* ]] && [[ -e $__faultbox_marker ]] || return 1
  builtin read -r __faultbox_seen_is __faultbox_seen_at <"$__faultbox_marker"
  ((BASH_SUBSHELL > 0)) || command rm -f "$__faultbox_marker"
  builtin printf -v __faultbox_now '%(%s)T' -1
  [[ $__faultbox_seen_is == "$__faultbox_is" ]] && ((__faultbox_now - __faultbox_seen_at <= 1))
}

__faultbox_record() {
  local __faultbox_name __faultbox_tries
  if [[ -n $__faultbox_pipe && $(command readlink /proc/self/fd/8) == "$__faultbox_pipe" ]]; then
    __faultbox_name=$BASHPID.$((++__faultbox_count))
    builtin printf '\e_faultbox:%s:%s\e\\' "$__faultbox_nonce" "$__faultbox_name" >&8
    for ((__faultbox_tries = 0; __faultbox_tries < 200; __faultbox_tries++)); do
      [[ -e $__faultbox_dir/$__faultbox_name ]] && break
      command sleep 0.01
    done
    __faultbox_send "$@" --stderr-excerpt-file "$__faultbox_dir/$__faultbox_name" </dev/null
    command rm -f "$__faultbox_dir/$__faultbox_name"
  elif [[ -f /dev/fd/8 ]]; then
    command tail -c 16384 /dev/fd/8 | command tail -n 25 | __faultbox_send "$@" --stderr-excerpt-file -
  else
    __faultbox_send "$@" </dev/null
  fi
}

# A program cannot start in a directory that was removed.
__faultbox_send() {
  ([[ . -ef $PWD ]] || builtin cd /; exec "${__faultbox_append[@]}" "$@" 2>&8 8>&-)
}

__faultbox_copy() {
  trap '' HUP INT QUIT TERM
  { "${__faultbox[@]}" error-log hook capture --directory "$__faultbox_dir" --nonce "$__faultbox_nonce" || command cat; } <&0 &
}

if [[ -p /dev/fd/2 || -S /dev/fd/2 ]] && [[ -e /proc/self/fd/2 ]] && __faultbox_dir=$(command mktemp -d 2>/dev/null); then
  # The copier is nobody's child: a wait of the script would wait for it for ever.
  if [[ /dev/fd/1 -ef /dev/fd/2 ]]; then exec > >(__faultbox_copy) 2>&1; else exec 2> >(__faultbox_copy >&2); fi
  __faultbox_pipe=$(command readlink /proc/self/fd/2)
fi

# Where a subshell leaves the exit code that it ends with, for its parent.
__faultbox_marker=${__faultbox_dir:-$__faultbox_log.d}/hook.$$

# Functions and subshells inherit the trap, but a trap of the script's own goes on as if they did not. It stands behind `||`, so
# that under `set -e` our part, which has to hand the exit code on, is not what ends the script.
__faultbox_theirs=$(trap -p ERR) __faultbox_where=
if [[ -n $__faultbox_theirs && $__faultbox_theirs != 'trap -- - ERR' ]]; then
  __faultbox_theirs=${__faultbox_theirs#trap -- }
  eval "__faultbox_theirs=${__faultbox_theirs% ERR}"
  if [[ $- == *E* ]]; then __faultbox_where='*'; else __faultbox_where=00; set -E; fi
  # On the same line, since a line end would count for their LINENO.
  __faultbox_theirs=' || case ${#FUNCNAME[@]}$BASH_SUBSHELL in '$__faultbox_where') '$__faultbox_theirs'
;; esac'
else
  __faultbox_theirs=
  # One that the script sets later takes the place of ours, and must not be inherited by what we did.
  if ! command grep -Eqs '^[^#]*\<trap\>.*\<ERR\>' -- "$0"; then set -E; fi
fi
trap '{ __faultbox_err "$?" "$LINENO" "$BASH_COMMAND" "${PIPESTATUS[*]}" "$_"; } 8>&2 2>/dev/null'"$__faultbox_theirs" ERR
