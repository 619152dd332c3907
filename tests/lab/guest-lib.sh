# Sourced inside the lab, by busybox sh: modules, devices, the generator.
# Every function returns non-zero after saying why on stderr.
# shellcheck shell=sh

# The lab's devices, for find_device.
# shellcheck disable=SC2034
NIC_ID=8086:10d3
# shellcheck disable=SC2034
EDU_ID=1234:11e8

load_vfio() {
	modprobe vfio_iommu_type1 && modprobe vfio_pci
}

# On 5.10 kvm_amd needs rng-core, which comes in as a dependency of ccp.
load_kvm() {
	modprobe kvm_amd 2>/dev/null || modprobe kvm_intel 2>/dev/null || {
		echo "lab: neither kvm_amd nor kvm_intel loads" >&2
		return 1
	}
}

# load_standin [PARAM=VALUE...]: for kvm_intel; needs /opt/kvm-intel.ko
# (standin.sh) and kvm_amd, whose VMs it takes for its own.
load_standin() {
	insmod /opt/kvm-intel.ko "$@" || {
		echo "lab: the stand-in for kvm_intel does not load" >&2
		return 1
	}
}

# standin COMMAND...: print its answer; fail on an error. The commands are
# in standin/standin-main.c.
standin() {
	echo "$*" >/proc/standin || return 1
	cat /proc/standin
}

# find_device VENDOR:DEVICE: print the address of the first such device.
find_device() {
	for _dev in /sys/bus/pci/devices/*; do
		read -r _vendor <"$_dev/vendor"
		read -r _device <"$_dev/device"
		if [ "${_vendor#0x}:${_device#0x}" = "$1" ]; then
			echo "${_dev##*/}"
			return 0
		fi
	done
	echo "lab: no PCI device $1" >&2
	return 1
}

# bind_vfio BDF...: one after the other, as probing resets the device.
bind_vfio() {
	for _bdf; do
		_dev=/sys/bus/pci/devices/$_bdf
		[ ! -e "$_dev/driver" ] || echo "$_bdf" >"$_dev/driver/unbind"
		echo vfio-pci >"$_dev/driver_override"
		echo "$_bdf" >/sys/bus/pci/drivers_probe
		[ -e "/sys/bus/pci/drivers/vfio-pci/$_bdf" ] || {
			echo "lab: $_bdf did not bind to vfio-pci" >&2
			return 1
		}
	done
}

unbind() {
	for _bdf; do
		echo "$_bdf" >"/sys/bus/pci/devices/$_bdf/driver/unbind"
		echo >"/sys/bus/pci/devices/$_bdf/driver_override"
	done
}

# work_done: the CPU time, in ticks, of what this shell has started: a pitrace
# that loads its programs adds to it, however slow a busy host makes it. Shells
# do not count, as the one that asks is among them.
work_done() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v shell=$$ '
		!/^[0-9]+ [(](sh|busybox)[)] / { sub(/^.*[)] /, "")
			if ($2 == shell) ticks += $12 + $13 }
		END { print ticks + 0 }'
}

# wait_until SECONDS COMMAND...: until the command succeeds. Gives up after so
# many seconds' tries in which what was started did nothing; or, should that
# never rest, after ten times as many.
wait_until() {
	_patience=$(($1 * 20)) _idle=0 _tries=0 _work=0 _worked=0
	shift
	until "$@"; do
		_tries=$((_tries + 1)) _idle=$((_idle + 1))
		[ $((_tries % 20)) -ne 0 ] || _work=$(work_done)
		if [ "$_work" -ne "$_worked" ]; then
			_worked=$_work _idle=0
		fi
		if [ "$_idle" -ge "$_patience" ] ||
			[ "$_tries" -ge $((_patience * 10)) ]; then
			echo "lab: waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# The generator runs in the background, on descriptors 8 (to) and 9 (from).
gen_start() {
	_gen=$(mktemp -d /tmp/gen.XXXXXX) || return 1
	mkfifo "$_gen/in" "$_gen/out"
	irqgen <"$_gen/in" >"$_gen/out" &
	GEN_PID=$!
	exec 8>"$_gen/in" 9<"$_gen/out"
	rm -r "$_gen"
}

# gen COMMAND...: print the generator's answer; fail on an error.
gen() {
	echo "$*" >&8
	if ! read -r _reply <&9; then
		echo "error irqgen is gone"
		return 1
	fi
	echo "$_reply"
	case $_reply in
	ok*) return 0 ;;
	*) return 1 ;;
	esac
}

# gen_value KEY COMMAND...: of the answer print only KEY's value.
gen_value() {
	_key=$1
	shift
	gen "$@" >/dev/null || {
		echo "lab: gen $*: $_reply" >&2
		return 1
	}
	for _word in $_reply; do
		case $_word in
		"$_key"=*) echo "${_word#*=}" && return 0 ;;
		esac
	done
	echo "lab: gen $*: no $_key in: $_reply" >&2
	return 1
}

gen_stop() {
	gen quit >/dev/null
	exec 8>&- 9<&-
	wait "$GEN_PID"
}
