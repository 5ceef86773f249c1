# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Completion of steerctl's words in bash: the program knows them.

_steerctl()
{
	local words=("${COMP_WORDS[@]:1:COMP_CWORD}")

	# files are bash's own
	case "${COMP_WORDS[COMP_CWORD - 1]}" in
	load | save | trace | --file)
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
		return
		;;
	esac
	mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" --complete "${words[@]}" 2>/dev/null)
}

complete -F _steerctl steerctl
