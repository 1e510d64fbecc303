"""How much CPU and memory the container may use. Linux control groups, version 2 and 1.

A group can be a few levels below the root, as those of systemd's services are, and each level may set a limit to those below.
"""

import os


def available_cpus(root='/sys/fs/cgroup', groups='/proc/self/cgroup'):
    """Cores that this process can have, as a fraction; at most those that it may run on."""
    try:
        cpus = float(len(os.sched_getaffinity(0)))
    except (AttributeError, OSError):
        cpus = float(os.cpu_count() or 1)
    quotas = [_quota_v2(path) for path in _levels(root, '', groups)]
    quotas += [_quota_v1(path) for path in _levels(root, 'cpu', groups)]
    return min([cpus, *filter(None, quotas)])


def available_memory(root='/sys/fs/cgroup', groups='/proc/self/cgroup'):
    """Bytes that the container may use at most; None where nobody sets a limit."""
    limits = []
    for controller, name in (('', 'memory.max'), ('memory', 'memory.limit_in_bytes')):
        for path in _levels(root, controller, groups):
            words = _words(os.path.join(path, name))
            # Version 2 says `max` where there is no limit, version 1 a number that nobody has memory for.
            if len(words) == 1 and words[0].isdigit() and 0 < int(words[0]) < 2**60:
                limits.append(int(words[0]))
    return min(limits, default=None)


def _levels(root, controller, groups):
    """Directories of a controller, from the root down to the process's group; version 2 has one for all controllers, which has no name."""
    levels = [os.path.join(root, controller)]
    for name in _group(controller, groups).split('/'):
        if name == '..':
            return levels[:1]  # it lies outside of what this process sees
        if name:
            levels.append(os.path.join(levels[-1], name))
    return levels


def _group(controller, groups):
    try:
        with open(groups, encoding='utf-8', errors='surrogateescape') as file:
            for line in file.read(65_536).splitlines():
                _, controllers, path = line.split(':', 2)
                if controller in controllers.split(','):
                    return path
    except (OSError, ValueError):
        pass
    return ''


def _quota_v2(path):
    parts = _words(os.path.join(path, 'cpu.max'))
    return _ratio(*parts) if len(parts) == 2 else None


def _quota_v1(path):
    quota = _words(os.path.join(path, 'cpu.cfs_quota_us'))
    period = _words(os.path.join(path, 'cpu.cfs_period_us'))
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
