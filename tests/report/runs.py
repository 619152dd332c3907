# SPDX-License-Identifier: GPL-2.0-only
"""Made-up runs, as lists of records: what the tests of reports look at.

They follow docs/schema and hold together as those of a real run do: counts
are the sums of paths, of CPUs and of stacks, and only grow.
"""
import datetime
import random

SECOND = 10**9
BOOT_NS = 86_400 * SECOND
EPOCH = datetime.datetime(2026, 3, 14, 9, 26, 53)
PATHS = ("eventfd", "irqfd", "irqfd_deferred", "irqfd_dropped", "unclaimed",
         "unknown")
LOSSES = ("vector_table_full", "unregistered_vector", "counter_table_full",
          "target_table_full", "stack", "event", "wakeup", "skipped_run",
          "unseen_interrupt")


def record(kind, at_ns, /, **rest):
    """at_ns: since the start."""
    time = EPOCH + datetime.timedelta(microseconds=at_ns // 1000)
    return {"type": kind, "schema": 1,
            "time": f"{time:%Y-%m-%dT%H:%M:%S.%f}{at_ns % 1000:03}Z",
            "ts_ns": BOOT_NS + at_ns, **rest}


def probe(name, module, function, method, reason=None, lacks=None):
    return {"name": name, "module": module, "function": function,
            "reason": reason, "required": name == "msi",
            "lost_without": lacks, "method": method}


def start(interval_ns=SECOND, kernel="6.12.38+deb13-amd64"):
    return record("start", 0, interval_ns=interval_ns, version="0.1",
                  kernel=kernel, probes=[
                      probe("msi", "vfio_pci_core", "vfio_msihandler",
                            "fentry"),
                      probe("intx", "vfio_pci_core", "vfio_intx_handler",
                            "fexit"),
                      probe("wakeup", "kvm", "irqfd_wakeup", "kprobe",
                            "fentry: not attachable (EPERM)"),
                      probe("inject", "kvm", "irqfd_inject", "fentry"),
                      probe("pi_wakeup", "kvm_intel", "pi_wakeup_handler",
                            "off", "module kvm_intel is not loaded",
                            "which vCPUs were woken")])


def configured(path, vm=None, **rest):
    """What is not given is not known, or not there."""
    posted = path == "posted"
    return {"path": path, "reason": None if posted else "no_irqfd",
            "reasons": [] if posted else ["no_irqfd"],
            "irte": {"mode": "posted" if posted else "remapped", "index": 23,
                     "high": "0x40010", "low": "0x25e6e4000418001"},
            "gsi": None, "guest_vector": None, "vcpu": None,
            "descriptor": "0x3f435c0" if posted else None, "since": None,
            "vm": vm, "vm_by_device": False, "route": None,
            "bypass_joined": posted, "apicv_inhibits": [],
            "update_error": None, **rest}


def split(count, shares):
    """Of a count by CPU or target, with nothing left over."""
    parts = [count * share // sum(shares) for share in shares]
    parts[0] += count - sum(parts)
    return parts


def vector(device, kind, nth, irq, paths, setup, **rest):
    counts = {path: paths.get(path, 0) for path in PATHS}
    total = sum(counts.values())
    posted = setup["path"] == "posted"
    ever = rest.pop("ever_posted", posted)
    zero = dict.fromkeys(PATHS, 0)
    return {"device": device, "kind": kind, "vector": nth, "irq": irq,
            "count": total, "count_delta": 0, "countable": not posted,
            "paths": {**counts, "posted": 0 if ever is False else None},
            "paths_delta": {**zero, "posted": 0 if ever is False else None},
            "ever_posted": ever, "vm": rest.pop("vm", setup["vm"]),
            "targets": rest.pop("targets", []),
            "cpus": [{"cpu": cpu, "count": n} for cpu, n in
                     zip((0, 3, 12), split(total, (5, 3, 1))) if n],
            "configured": setup, "posting_changes": 0, "posting_failures": 0,
            **rest}


def counts(kind, at_ns, interval_ns, vectors, **rest):
    lost = {**dict.fromkeys(LOSSES, 0), **rest.pop("lost", {})}
    injections = rest.pop("other_injections", 1200)
    return record(kind, at_ns, interval_ns=interval_ns, duration_ns=at_ns,
                  vectors=vectors, other_injections=injections,
                  running_injections=None,
                  host_vectors={"PIN": 40, "NPI": 0, "PIW": 8, "PMN": None},
                  host_vector_cpus={"PIN": [{"cpu": 3, "count": 40}],
                                    "NPI": [], "PIW": [{"cpu": 0, "count": 8}],
                                    "PMN": None},
                  wakeup_events=8, woken_vcpus=None, lost=lost, **rest)


def fill_deltas(records):
    """Against the record of counts before, as pitrace has them."""
    before = {}
    for one in records:
        for v in one.get("vectors", ()) if "duration_ns" in one else ():
            key = v["device"], v["kind"], v["vector"]
            old = before.get(key)
            for path in PATHS:
                v["paths_delta"][path] = (v["paths"][path] -
                                          (old["paths"][path] if old else 0))
            v["count_delta"] = v["count"] - (old["count"] if old else 0)
            before[key] = v
    return records


def event(at_ns, kind, name=None, **rest):
    device, vector_kind, nth = name or (None, None, None)
    return record("event", at_ns, event=kind, device=device, kind=vector_kind,
                  vector=nth, irq=rest.pop("irq", None),
                  result=rest.pop("result", 0), gsi=rest.pop("gsi", None),
                  vcpu=rest.pop("vcpu", None),
                  guest_vector=rest.pop("guest_vector", None),
                  descriptor=rest.pop("descriptor", None),
                  vm=rest.pop("vm", None))


# --- stacks ---

OUTER = [("asm_common_interrupt", None), ("common_interrupt", None),
         ("__common_interrupt", None), ("handle_edge_irq", None),
         ("handle_irq_event", None), ("__handle_irq_event_percpu", None),
         ("vfio_msihandler", "vfio_pci_core"), ("eventfd_signal_mask", None)]
INNER = {
    "eventfd": [],
    "irqfd": [("__wake_up_common", None), ("irqfd_wakeup", "kvm"),
              ("kvm_arch_set_irq_inatomic", "kvm"),
              ("kvm_irq_delivery_to_apic_fast", "kvm"),
              ("__apic_accept_irq", "kvm"),
              ("svm_deliver_interrupt", "kvm_amd")],
    "irqfd_deferred": [("__wake_up_common", None), ("irqfd_wakeup", "kvm"),
                       ("schedule_work", None), ("queue_work_on", None)],
    "irqfd_dropped": [("__wake_up_common", None), ("irqfd_wakeup", "kvm"),
                      ("kvm_arch_set_irq_inatomic", "kvm"),
                      (None, None)],
}
CONTEXTS = {"idle": [("ret_from_fork", None), ("cpu_startup_entry", None),
                     ("do_idle", None), ("cpuidle_enter_state", None)],
            "guest": [("kvm_vcpu_ioctl", "kvm"), ("vcpu_enter_guest", "kvm"),
                      ("svm_vcpu_run", "kvm_amd")],
            "user": []}


def stack(name, path, chain, count, event_kind=None):
    device, kind, nth = name or (None, None, None)
    return {"device": device, "kind": kind, "vector": nth, "path": path,
            "event": event_kind, "count": count, "frames": [
                {"symbol": symbol, "module": module,
                 "offset_bytes": None if symbol is None else 19 + i,
                 "address": f"0xffffffff8100{i:04x}"}
                for i, (symbol, module) in enumerate(reversed(chain))]}


def stacks_of(vectors):
    made = []
    for v in vectors:
        name = v["device"], v["kind"], v["vector"]
        for path, inner in INNER.items():
            parts = split(v["paths"][path], (6, 3, 1))
            for context, n in zip(CONTEXTS.values(), parts):
                if n:
                    made.append(stack(name, path, context + OUTER + inner, n))
    return made


# --- runs ---

VM1 = {"pid": 128, "comm": "qemu-db"}
VM2 = {"pid": 405, "comm": "qemu-web"}
GONE = {"pid": 99, "comm": None}
NIC, NVME, OLD = "0000:65:00.0", "0000:e1:00.0", "0000:02:00.0"


def mixed_vectors(at_s):
    """All paths, a vector that is posted, one that was, one idle, one INTx."""
    def ramp(begin, per_second):
        return max(0, at_s - begin) * per_second

    posted_from = 12
    before = min(at_s, posted_from) * 79
    v0 = configured("posted" if at_s >= posted_from else "irqfd", VM1, gsi=24,
                    vcpu=0, guest_vector=0x41,
                    since="2026-03-14T09:27:05.250000000Z"
                    if at_s >= posted_from else None)
    route = {"type": "msi", "address": "0xfee0100c", "data": "0x42",
             "destination": 1, "logical": False, "redirection_hint": False,
             "delivery_mode": "fixed", "guest_vector": 0x42, "vcpus": 1}
    irqfd = configured("irqfd", VM1, gsi=25, vcpu=1, guest_vector=0x42,
                       route=route, reason="iommu_no_posting",
                       reasons=["iommu_no_posting"])
    unknown = {**configured("unknown"), "reasons": [], "reason": None,
               "apicv_inhibits": None, "bypass_joined": None,
               "irte": {"mode": "unknown", "index": None, "high": None,
                        "low": None}}
    return [
        vector(OLD, "intx", 0, 16, {"unclaimed": ramp(0, 3),
                                    "unknown": ramp(0, 11)}, unknown,
               ever_posted=None),
        vector(NIC, "msix", 0, 31, {"irqfd": before}, v0,
               ever_posted=at_s >= posted_from,
               targets=[{"vcpu": 0, "guest_vector": 0x41, "count": before}]
               if before else [], posting_changes=int(at_s >= posted_from)),
        vector(NIC, "msix", 1, 32, {"irqfd": ramp(0, 192)}, irqfd,
               targets=[{"vcpu": 1, "guest_vector": 0x42,
                         "count": ramp(0, 192)}]),
        vector(NIC, "msix", 2, 33, {"irqfd_deferred": ramp(3, 108),
                                    "irqfd": ramp(0, 40)},
               {**irqfd, "gsi": 26},
               targets=[{"vcpu": 0, "guest_vector": 0x43,
                         "count": ramp(3, 108)},
                        {"vcpu": None, "guest_vector": None,
                         "count": ramp(0, 40)}]),
        vector(NIC, "msix", 3, 34, {"irqfd_dropped": ramp(10, 17)},
               {**irqfd, "gsi": 27, "vm": GONE}),
        vector(NIC, "msix", 4, 35, {"eventfd": min(at_s, 20) * 67,
                                    "irqfd": ramp(20, 60)},
               {**irqfd, "gsi": 28}, ever_posted=True, posting_changes=4,
               posting_failures=1),
        vector(NIC, "msix", 5, None, {}, configured("unused")),
        vector(NVME, "msi", 0, 36, {"eventfd": ramp(5, 4136 + at_s * 20)},
               configured("eventfd", VM2, vm_by_device=True)),
    ]


def mixed(length_s=40):
    name = NIC, "msix", 0
    out = [start()]
    out += [event(SECOND // 2 + i * SECOND // 4, "irqfd_assigned",
                  (NIC, "msix", i), irq=31 + i, gsi=24 + i, vm=VM1)
            for i in range(4)]
    for at in range(1, length_s + 1):
        vectors = mixed_vectors(at)
        if at == 12:
            out.append(event(12 * SECOND - SECOND // 4, "posted", name,
                             irq=31, vcpu=0, guest_vector=0x41,
                             descriptor="0x3f435c0", vm=VM1))
        if at == 20:
            out.append(event(20 * SECOND - 5, "bypass_connected",
                             (NIC, "msix", 4), result=-22, irq=35, gsi=28))
            out.append(event(20 * SECOND - 3, "remapped", None))
        out.append(counts("snapshot", at * SECOND, SECOND, vectors))
    out.append(record("stacks", length_s * SECOND + 100,
                      stacks=stacks_of(vectors) + [
                          stack(name, None, [("kvm_vm_ioctl", "kvm"),
                                             ("vmx_pi_update_irte",
                                              "kvm_intel")], 1, "posted")]))
    end = counts("end", length_s * SECOND + 100, 100, mixed_vectors(length_s),
                 reason="signal", lost={"event": 2, "skipped_run": 7})
    return fill_deltas(out + [end])


# Not longer than the kernel lets names of processes be.
HOSTILE = ("</script>", "<!--<script>", "\x1b[31m\r\n\x01", "<img src=a:b>",
           "\u2028\u2029\u202e&amp;", "\"'\\u003c\\", "</pre></html>")


def hostile():
    """Every string that comes from outside is one that wants to get out."""
    begin = start(kernel="6.1</title><script>alert(1)</script>")
    for p, name in zip(begin["probes"], HOSTILE):
        p.update(name=name, module=name, function=name, reason=name)
        if p["method"] == "off":
            p["lost_without"] = name
    begin["version"] = HOSTILE[0]
    vectors = [
        vector(NIC, "msix", i, 40 + i, {"irqfd": 10 + i},
               configured("irqfd", {"pid": 100 + i, "comm": name},
                          apicv_inhibits=[name]))
        for i, name in enumerate(HOSTILE)]
    chains = [stack((NIC, "msix", i), "irqfd",
                    [(name, name), ("x" + name, None)], 10 + i)
              for i, name in enumerate(HOSTILE)]
    changes = [event(1000 + i, "irqfd_assigned", (NIC, "msix", i),
                     vm={"pid": 100 + i, "comm": name})
               for i, name in enumerate(HOSTILE)]
    facts = [{"fact": name, "subject": name, "status": "limits",
              "found": name, "consequence": name, "remedy": name}
             for name in HOSTILE]
    host = {"iommu": None, "iommu_can_post": None, "posting_disabled": None,
            "kvm_module": None, "apicv": None, "device_posted_irqs": None}
    doctor = record("doctor", 0, version="0.1", kernel=HOSTILE[0],
                    verdict=HOSTILE[1], exit_status=0, host=host, facts=facts,
                    probes=[], devices=[])
    return fill_deltas(
        [doctor, begin, *changes,
         counts("snapshot", SECOND, SECOND, vectors, other_injections=None),
         record("stacks", 2 * SECOND, stacks=chains),
         counts("end", 2 * SECOND, SECOND, vectors, reason="signal")])


def many(vector_count=2000, snapshots=12):
    """As many vectors as a host with many virtual functions has."""
    rng = random.Random(7)
    rates = [(rng.choice(PATHS[:4]), rng.randrange(0, 3000))
             for _ in range(vector_count)]

    def vectors(at):
        out = []
        for i, (path, per_second) in enumerate(rates):
            posted = i % 5 == 0
            out.append(vector(
                f"0000:{i // 256 + 1:02x}:{i // 8 % 32:02x}.0", "msix", i % 8,
                60 + i, {} if posted else {path: per_second * at},
                configured("posted" if posted else "irqfd", VM1, vcpu=i % 64,
                           guest_vector=0x30 + i % 128)))
        return out

    out = [start()]
    out += [counts("snapshot", at * SECOND, SECOND, vectors(at))
            for at in range(1, snapshots + 1)]
    out += [event(at * SECOND // 100, "posted" if at % 3 else "remapped",
                  (NIC, "msix", at % 8), vcpu=at % 64) for at in range(2500)]
    out.sort(key=lambda r: r["ts_ns"])
    final = vectors(snapshots)
    out.append(record("stacks", snapshots * SECOND + 1,
                      stacks=stacks_of(final[:400])))
    return fill_deltas(out + [counts("end", snapshots * SECOND + 1, 1, final,
                                     reason="duration")])
