# SPDX-License-Identifier: GPL-2.0-only
# The portable file on this machine.
# shellcheck shell=bash disable=SC2154

portable=$PWD/build/portable/pitrace

# With GnuTLS and what that needs there would be several MiB more; Debian 13's
# libelf brings zstd, of 0.8 MiB.
most_bytes=$((4 << 20))

# What a static C library can only do with files of the host: functions of this
# kind that our objects, or libraries but that one, call.
lookups() {
	local linked

	mapfile -t linked < <(grep -E '[.][ao]$' "$portable.linked" |
		grep -vE '/(libc|libgcc|libgcc_eh)[.]a$' | sort -u)
	[ ${#linked[@]} -gt 50 ] || echo "too few files were linked"
	nm --undefined-only "${linked[@]}" 2>/dev/null |
		grep -oE ' (getaddrinfo|getnameinfo|gethostby|getserv|getpw|getgr|getspnam|initgroups|dlopen|dlsym|iconv_open|setlocale).*' |
		sort -u
}

file_needs_nothing() {
	expect "file: no loader and no shared library is asked for" "" \
		"$(readelf -lW "$portable" | grep INTERP;
			readelf -dW "$portable" | grep NEEDED)"
	expect "file: can be loaded anywhere" "DYN" \
		"$(readelf -hW "$portable" | awk '$1 == "Type:" { print $2 }')"
	expect "file: nothing in it looks names up or loads code" "" \
		"$(lookups)"
	expect "file: at most $most_bytes bytes" yes \
		"$([ "$(stat -c %s "$portable")" -le $most_bytes ] && echo yes)"
	expect "file: does not say where it was built" 0 \
		"$(grep -acF "$PWD" "$portable")"
}

# What stands in for GnuTLS ends a program that uses it.
tls_program='
int gnutls_global_init(void);
void gnutls_global_deinit(void);
long gnutls_record_send(void *session, const void *data, long size);
int main(int argc, char **argv)
{
	(void)argv;
	if (gnutls_global_init())
		return 1;
	if (argc > 1 && gnutls_record_send(0, "", 0) < 0)
		return 2;
	gnutls_global_deinit();
	return 0;
}'

file_without_tls() {
	local plain status

	gcc -x c -o "$scratch/tls" - -x none build/portable/no_tls.o <<<"$tls_program"
	"$scratch/tls"
	plain=$?
	{ (ulimit -c 0 && exec "$scratch/tls" send); } 2>/dev/null
	status=$?
	expect "file: what stands in for GnuTLS begins and ends, and kills who sends" \
		"0 SIGILL" "$plain SIG$(kill -l $status)"
}

# answers_same WHAT: what a look says here, and its status.
answers_same() {
	expect "file: $1: as the ordinary build" \
		"$(build/pitrace "$1" 2>&1; echo $?)" \
		"$("$portable" "$1" 2>&1; echo $?)"
}

# Each test of the server, under this one's label.
file_serves() {
	tests/metrics/check.py build/portable/serve |
		sed "s/^\([A-Z]*\) metrics[.]/\1 [$LABEL] server: /"
	expect "file: the server's tests ran to their end" 0 "${PIPESTATUS[0]}"
}

file() {
	local look

	file_needs_nothing
	file_without_tls
	for look in --version --help --inspect --doctor; do
		answers_same $look
	done
	show_all "$scratch/portable" "$portable"
	expect_shown file "$scratch/portable"
	file_serves
}
