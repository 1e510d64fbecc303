"""Who reports: the function, task, instance or process, in the words of AWS's agents."""

import math
import os
import time
import uuid

from .aws_lambda import function_arn
from .cgroup import available_cpus
from .credentials.metadata import instance_host, instance_token
from .http_exchange import Unreachable
from .unpatched import socket

_SECONDS = 1.0


class Fleet:
    """`id` is what ConfigureAgent asks for, `info` goes with each profile as `fleetInfo`."""

    __slots__ = ('id', 'info')

    def __init__(self, instance_id, info):
        self.id = instance_id[:255]
        self.info = info


def find_fleet(environment, http, deadline=math.inf):
    """Asks the platform, for a second at most, where there is reason to think that there is one."""
    deadline = min(deadline, time.monotonic() + _SECONDS)
    for look in (_function, _task, _instance):
        try:
            found = look(environment, http, deadline)
        except (Unreachable, ValueError, KeyError, TypeError, OSError):
            found = None
        if found is not None:
            return found
    return process_fleet()


def process_fleet():
    """One process of a machine: a child that is forked is another one."""
    instance_id = f'{socket.gethostname()[:120]}:{os.getpid()}:{uuid.uuid4().hex[:12]}'
    return Fleet(instance_id, {'id': instance_id, 'type': 'UNKNOWN', 'vCPUs': max(1, round(available_cpus()))})


def _function(environment, _http, _deadline):
    if 'LAMBDA_TASK_ROOT' not in environment or 'LAMBDA_RUNTIME_DIR' not in environment:
        return None
    arn = function_arn()
    if arn is None:
        return None
    info = {'computeType': 'aws_lambda', 'functionArn': arn}
    memory = environment.get('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '')
    if memory.isdigit():
        info['memoryLimitInMB'] = int(memory)
    if environment.get('AWS_EXECUTION_ENV'):
        info['executionEnv'] = environment['AWS_EXECUTION_ENV']
    return Fleet(arn, info)


def _task(environment, http, deadline):
    address = environment.get('ECS_CONTAINER_METADATA_URI_V4')
    if not address:
        return None
    answer = http.send('GET', address.rstrip('/') + '/task', {}, b'', deadline - time.monotonic())
    task = answer.json()
    info = {'computeType': 'aws_fargate_task', 'taskArn': str(task['TaskARN'])}
    limits = task.get('Limits') or {}
    if isinstance(limits.get('CPU'), (int, float)):
        info['cpuLimit'] = limits['CPU']
    if isinstance(limits.get('Memory'), int):
        info['memoryLimitInMB'] = limits['Memory']
    return Fleet(info['taskArn'], info)


def _instance(environment, http, deadline):
    if environment.get('AWS_EC2_METADATA_DISABLED', '').lower() == 'true' or not _looks_like_ec2():
        return None
    host = instance_host(environment)
    headers = instance_token(http, host, deadline)
    name, kind = (
        http.send('GET', f'{host}/latest/meta-data/{path}', headers, b'', deadline - time.monotonic())
        for path in ('local-hostname', 'instance-type')
    )
    if name.status != 200 or kind.status != 200:
        return None
    host_name = name.body.decode('utf-8', 'replace').strip()[:255]
    info = {
        'computeType': 'aws_ec2_instance',
        'hostName': host_name,
        'hostType': kind.body.decode('utf-8', 'replace').strip()[:64],
    }
    return Fleet(host_name, info)


def _looks_like_ec2():
    """Elsewhere nobody answers at the metadata address, and asking would take its time."""
    for path, start in (('/sys/class/dmi/id/sys_vendor', 'Amazon EC2'), ('/sys/hypervisor/uuid', 'ec2')):
        try:
            with open(path, encoding='ascii', errors='replace') as file:
                if file.read(64).startswith(start):
                    return True
        except OSError:
            continue
    return False
