"""Credentials that the platform keeps: those of a container's task or pod, and those of an instance (metadata service, version 2)."""

import ipaddress
import json
import time
import urllib.parse

from ..http_exchange import Unreachable
from ..sigv4 import Credentials
from .errors import NoCredentials
from .expiry import epoch_seconds

_CONTAINER_HOST = 'http://169.254.170.2'
_INSTANCE_HOST = 'http://169.254.169.254'
_INSTANCE_SECONDS = 1.0
_CONTAINER_SECONDS = 2.0
_POD_IDENTITY_HOSTS = ('169.254.170.23', 'fd00:ec2::23')


def container_credentials(http, environment, deadline):
    """ECS and EKS pod identity; None where the environment names no address."""
    relative = environment.get('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
    full = environment.get('AWS_CONTAINER_CREDENTIALS_FULL_URI')
    if not relative and not full:
        return None
    url = _CONTAINER_HOST + relative if relative else full
    if not relative:
        _check_host(url)
    headers = {'Accept': 'application/json'}
    token = _container_token(environment)
    if token:
        headers['Authorization'] = token
    answer = http.send('GET', url, headers, b'', min(_CONTAINER_SECONDS, deadline - time.monotonic()))
    return _from_json(answer, 'the container credentials endpoint', 'Token')


def _container_token(environment):
    path = environment.get('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
    token = environment.get('AWS_CONTAINER_AUTHORIZATION_TOKEN', '')
    if path:
        try:
            with open(path, encoding='utf-8') as file:
                token = file.read(65_536).strip()
        except (OSError, ValueError) as error:
            raise NoCredentials(f'the token of the container in {path} cannot be read: {error}') from error
    if '\r' in token or '\n' in token:
        raise NoCredentials('the token of the container has a line break')
    return token


def _check_host(url):
    """Over plain HTTP only to this machine or to AWS's own addresses, as AWS's SDKs do."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == 'https' or parts.hostname in ('localhost', '169.254.170.2', *_POD_IDENTITY_HOSTS):
        return
    try:
        is_loopback = ipaddress.ip_address(parts.hostname or '').is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise NoCredentials(f'AWS_CONTAINER_CREDENTIALS_FULL_URI is not an address of this machine: {parts.hostname}')


def instance_credentials(http, environment, deadline):
    """Asked once, for a second at most; None where there is no such service."""
    if environment.get('AWS_EC2_METADATA_DISABLED', '').lower() == 'true':
        return None
    host = instance_host(environment)
    deadline = min(deadline, time.monotonic() + _INSTANCE_SECONDS)
    try:
        headers = instance_token(http, host, deadline)
        path = '/latest/meta-data/iam/security-credentials/'
        role = http.send('GET', host + path, headers, b'', deadline - time.monotonic())
        if role.status != 200 or not role.body.strip():
            return None
        name = role.body.decode('utf-8', 'replace').splitlines()[0].strip()
        url = host + path + urllib.parse.quote(name)
        answer = http.send('GET', url, headers, b'', deadline - time.monotonic())
    except Unreachable:
        return None
    return _from_json(answer, 'the instance metadata service', 'Token')


def instance_host(environment):
    return (environment.get('AWS_EC2_METADATA_SERVICE_ENDPOINT') or _INSTANCE_HOST).rstrip('/')


def instance_token(http, host, deadline):
    """The header that every question to the instance metadata service needs."""
    headers = {'X-aws-ec2-metadata-token-ttl-seconds': '21600'}
    answer = http.send('PUT', host + '/latest/api/token', headers, b'', deadline - time.monotonic())
    if answer.status != 200:
        raise Unreachable(f'the instance metadata service gives no token: {answer.status}')
    token = answer.body.decode('ascii', 'replace').strip()
    return {'X-aws-ec2-metadata-token': token}


def _from_json(answer, source, token_key):
    try:
        found = answer.json()
        if answer.status != 200 or not isinstance(found, dict):
            raise ValueError
        return Credentials(
            found['AccessKeyId'], found['SecretAccessKey'], found.get(token_key), epoch_seconds(found.get('Expiration'))
        )
    except (ValueError, KeyError) as error:
        raise NoCredentials(f'{source} gave no credentials: status {answer.status}') from error


def from_process(text, source):
    """What a `credential_process` prints."""
    try:
        found = json.loads(text)
        if found['Version'] != 1:
            raise ValueError
        return Credentials(
            found['AccessKeyId'],
            found['SecretAccessKey'],
            found.get('SessionToken'),
            epoch_seconds(found.get('Expiration')),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoCredentials(f'{source} printed no credentials of version 1') from error
