"""How much CPU and memory the container may use. Linux control groups, version 2 and 1."""

import os


def available_cpus(root='/sys/fs/cgroup'):
    """Cores that this process can have, as a fraction; at most those that it may run on."""
    try:
        cpus = float(len(os.sched_getaffinity(0)))
    except (AttributeError, OSError):
        cpus = float(os.cpu_count() or 1)
    quota = _quota_v2(root) or _quota_v1(root)
    return min(cpus, quota) if quota else cpus


def available_memory(root='/sys/fs/cgroup'):
    """Bytes that the container may use at most; None where nobody sets a limit."""
    for path in ('memory.max', os.path.join('memory', 'memory.limit_in_bytes')):
        words = _words(os.path.join(root, path))
        # Version 2 says `max` where there is no limit, version 1 a number that nobody has memory for.
        if len(words) == 1 and words[0].isdigit() and 0 < int(words[0]) < 2**60:
            return int(words[0])
    return None


def _quota_v2(root):
    parts = _words(os.path.join(root, 'cpu.max'))
    return _ratio(*parts) if len(parts) == 2 else None


def _quota_v1(root):
    quota = _words(os.path.join(root, 'cpu', 'cpu.cfs_quota_us'))
    period = _words(os.path.join(root, 'cpu', 'cpu.cfs_period_us'))
    return _ratio(quota[0], period[0]) if len(quota) == len(period) == 1 else None


def _ratio(quota, period):
    try:
        cpus = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return None  # `max`: no limit
    return cpus if cpus > 0 else None


def _words(path):
    try:
        with open(path, encoding='ascii') as file:
            return file.read(200).split()
    except (OSError, ValueError):
        return []
