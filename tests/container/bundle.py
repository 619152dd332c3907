#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes of the DaemonSet what a container runtime is given on a node: the
configuration of OCI's runtime specification, as kubelet and containerd derive
it. So what is tested is what the DaemonSet asks for.

usage: bundle.py DAEMONSET BUNDLE

BUNDLE is the image as "umoci unpack" left it. Its config.json is written anew,
and config.NAME.json beside it for each privilege and mount of the DaemonSet,
without that one alone; NAME is the capability, or the mount's path with dashes.
What the DaemonSet asks for of memory is in memory-request, in bytes.

Anything in the pod that is not known here is an error, so that nothing can be
asked for which is not tested.
"""
import copy
import json
import sys

import yaml

# What kubelet hides and protects in each container that is not privileged.
MASKED = [
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore",
    "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
    "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
]
READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
            "/proc/sysrq-trigger"]

# What containerd mounts in each.
MOUNTS = [
    ("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
    ("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755"]),
    ("/dev/pts", "devpts", "devpts",
     ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]),
    ("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
    ("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
    ("/sys/fs/cgroup", "cgroup", "cgroup",
     ["nosuid", "noexec", "nodev", "relatime", "ro"]),
]

CAPABILITIES = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL",
    "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP",
    "SETUID", "SYS_CHROOT",
]

# The network namespace of the pod, made before its containers.
POD_NETWORK = "/run/pod-network"

# Debian's package golang-github-containers-common.
SECCOMP = "/usr/share/containers/seccomp.json"


def only(table, where, *keys):
    """All keys of a table are known here."""
    unknown = set(table) - set(keys)
    if unknown:
        sys.exit(f"bundle.py: {where}: not known: {', '.join(sorted(unknown))}")
    return table


def pod_of(file):
    documents = [document for document in yaml.safe_load_all(file) if document]
    assert [document["kind"] for document in documents] == ["DaemonSet"]
    pod = documents[0]["spec"]["template"]["spec"]
    only(pod, "the pod", "nodeSelector", "automountServiceAccountToken",
         "terminationGracePeriodSeconds", "hostPID", "hostNetwork", "hostIPC",
         "containers", "volumes")
    assert len(pod["containers"]) == 1
    return pod


def capabilities_of(security):
    wanted = only(security["capabilities"], "capabilities", "drop", "add")
    dropped = wanted.get("drop", [])
    kept = [] if "ALL" in dropped else [
        name for name in CAPABILITIES if name not in dropped]
    return ["CAP_" + name for name in kept + wanted.get("add", [])]


def applies(rule, capabilities):
    """Is a rule of the profile for this architecture and these capabilities?"""
    for key, wanted in (("includes", True), ("excludes", False)):
        asked = rule.get(key) or {}
        if "arches" in asked and ("amd64" in asked["arches"]) != wanted:
            return False
        if "caps" in asked and set(asked["caps"]).issubset(
                capabilities) != wanted:
            return False
    return True


def seccomp_of(profile, capabilities):
    if only(profile, "seccompProfile", "type")["type"] != "RuntimeDefault":
        return None
    with open(SECCOMP, encoding="ascii") as file:
        known = json.load(file)
    rules = [{key: rule[key] for key in ("names", "action", "args", "errnoRet")
              if rule.get(key)}
             for rule in known["syscalls"] if applies(rule, capabilities)]
    return {"defaultAction": known["defaultAction"],
            "defaultErrnoRet": known["defaultErrnoRet"],
            "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
                              "SCMP_ARCH_X32"],
            "syscalls": rules}


def process_of(container, image):
    security = only(container["securityContext"], "securityContext",
                    "runAsUser", "runAsGroup", "privileged",
                    "readOnlyRootFilesystem", "allowPrivilegeEscalation",
                    "capabilities", "seccompProfile")
    assert not security["privileged"]
    capabilities = capabilities_of(security)
    # Kubernetes has no ambient capabilities.
    in_effect = capabilities if security["runAsUser"] == 0 else []
    return {
        "user": {"uid": security["runAsUser"], "gid": security["runAsGroup"]},
        "args": image["args"] + container["args"],
        "env": image["env"],
        "cwd": image["cwd"],
        "capabilities": {"bounding": capabilities, "effective": in_effect,
                         "permitted": in_effect, "inheritable": [],
                         "ambient": []},
        "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
        "noNewPrivileges": not security.get("allowPrivilegeEscalation", True),
    }


def mounts_of(pod, container):
    volumes = {volume["name"]: only(volume, "volume", "name", "hostPath")
               for volume in pod["volumes"]}
    mounts = [{"destination": destination, "type": kind, "source": source,
               "options": options}
              for destination, kind, source, options in MOUNTS]
    for mount in container["volumeMounts"]:
        only(mount, "volumeMount", "name", "mountPath", "readOnly")
        path = only(volumes[mount["name"]]["hostPath"], "hostPath", "path",
                    "type")["path"]
        mounts.append({"destination": mount["mountPath"], "type": "bind",
                       "source": path,
                       "options": ["rbind", "rprivate", "ro" if mount.get(
                           "readOnly") else "rw"]})
    return mounts


def namespaces_of(pod):
    kept = [("mount", True), ("uts", True), ("cgroup", True),
            ("pid", not pod["hostPID"]), ("ipc", not pod["hostIPC"])]
    namespaces = [{"type": name} for name, own in kept if own]
    if not pod["hostNetwork"]:
        namespaces.append({"type": "network", "path": POD_NETWORK})
    return namespaces


def bytes_of(text):
    assert text.endswith("Mi")
    return int(text[:-2]) << 20


def config_of(pod, image):
    container = only(pod["containers"][0], "the container", "name", "image",
                     "args", "ports", "securityContext", "volumeMounts",
                     "livenessProbe", "readinessProbe", "resources")
    process = process_of(container, image)
    limits = only(container["resources"]["limits"], "limits", "memory")
    return {
        "ociVersion": "1.0.2",
        "process": process,
        "root": {"path": "rootfs", "readonly": container["securityContext"][
            "readOnlyRootFilesystem"]},
        "hostname": "pod",
        "mounts": mounts_of(pod, container),
        "linux": {
            "cgroupsPath": "/pod/pitrace",
            "resources": {
                "devices": [{"allow": False, "access": "rwm"}],
                "memory": {"limit": bytes_of(limits["memory"])},
            },
            "namespaces": namespaces_of(pod),
            "maskedPaths": MASKED,
            "readonlyPaths": READONLY,
            "seccomp": seccomp_of(
                container["securityContext"]["seccompProfile"],
                process["capabilities"]["bounding"]),
        },
    }


def without_each(pod):
    """Yields names, and pods that lack one privilege or mount."""
    added = pod["containers"][0]["securityContext"]["capabilities"]["add"]
    for index, name in enumerate(added):
        lacking = copy.deepcopy(pod)
        del lacking["containers"][0]["securityContext"]["capabilities"][
            "add"][index]
        yield name, lacking
    for index, mount in enumerate(pod["containers"][0]["volumeMounts"]):
        lacking = copy.deepcopy(pod)
        del lacking["containers"][0]["volumeMounts"][index]
        yield mount["mountPath"].strip("/").replace("/", "-"), lacking


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    daemonset, bundle = sys.argv[1:]
    with open(daemonset, encoding="utf-8") as file:
        pod = pod_of(file)
    with open(f"{bundle}/config.json", encoding="utf-8") as file:
        image = json.load(file)["process"]
    requests = pod["containers"][0]["resources"]["requests"]
    with open(f"{bundle}/memory-request", "w", encoding="ascii") as file:
        print(bytes_of(requests["memory"]), file=file)
    for name, variant in [("", pod), *without_each(pod)]:
        with open(f"{bundle}/config{name and '.' + name}.json", "w",
                  encoding="utf-8") as file:
            json.dump(config_of(variant, image), file, indent=1)


main()
