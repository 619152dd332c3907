#!/bin/sh
# shellcheck disable=SC1090,SC1091,SC2034
# Runs inside the lab: in-lab.sh LABEL CASE...
# Prints one line a test, and DONE when it got to the end; what went on is in
# /share afterwards. Not before: files on 9p lose lines while others read them.
LABEL=$1
shift
. /opt/guest-lib.sh
. /opt/cases/lib.sh
for _file in /opt/cases/*.sh; do
	case $_file in
	*/lib.sh | */in-lab.sh) ;;
	*) . "$_file" ;;
	esac
done

out=/tmp/out
mkdir -p $out

nic=$(find_device "$NIC_ID") edu=$(find_device "$EDU_ID")

# What most cases begin with: both devices open, a VM with two vCPUs.
set_up() {
	load_vfio
	have_kvm=yes
	load_kvm 2>/dev/null || have_kvm=
	bind_vfio "$nic" "$edu"
	gen_start
	gen open nic "$nic" >/dev/null
	gen open edu "$edu" >/dev/null
	gen irqs nic msix 5 >/dev/null
	gen irqs edu msi 1 >/dev/null
	if [ -n "$have_kvm" ]; then
		gen vm vm 2 >/dev/null
		gen sleep 500 >/dev/null # until the guest has its APIC on
	fi
}

echo "# kernel $(uname -rv)"
for _case; do
	_name=${_case%%:*}
	echo "# case $_name"
	command -v "$_name" >/dev/null ||
		verdict FAIL "there is no case named $_name"
	case $_case in
	*:*) "$_name" "${_case#*:}" ;;
	*) "$_name" ;;
	esac
done
cp -r $out/. /share
echo DONE
