"""Credentials of roles, from the Security Token Service: by a web identity token, or by other credentials."""

import time
import urllib.parse
from xml.etree import ElementTree

from ..settings import without_user
from ..sigv4 import Credentials, sign
from .errors import NoCredentials
from .expiry import epoch_seconds

_VERSION = '2011-06-15'


def assume_role_with_web_identity(http, endpoint, role_arn, session_name, token, deadline):
    """Not signed: the token is the proof."""
    parameters = {
        'Action': 'AssumeRoleWithWebIdentity',
        'RoleArn': role_arn,
        'RoleSessionName': session_name,
        'WebIdentityToken': token,
    }
    return _ask(http, endpoint, parameters, deadline)


def assume_role(http, endpoint, region, credentials, profile, session_name, clock, deadline):
    parameters = {'Action': 'AssumeRole', 'RoleArn': profile['role_arn'], 'RoleSessionName': session_name}
    if profile.get('external_id'):
        parameters['ExternalId'] = profile['external_id']
    if profile.get('duration_seconds'):
        parameters['DurationSeconds'] = profile['duration_seconds']

    def signed(url, headers, body):
        return sign('POST', url, headers, body, credentials, region, 'sts', clock.now())

    return _ask(http, endpoint, parameters, deadline, signed, clock)


def sts_endpoint(environment, region, configured):
    """@param configured: of the shared configuration file, or None"""
    if environment.get('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', '').lower() != 'true':
        set_by_user = environment.get('AWS_ENDPOINT_URL_STS') or environment.get('AWS_ENDPOINT_URL') or configured
        if set_by_user:
            return without_user(set_by_user)
    suffix = 'amazonaws.com.cn' if region.startswith('cn-') else 'amazonaws.com'
    return f'https://sts.{region}.{suffix}'


def _ask(http, endpoint, parameters, deadline, signed=None, clock=None):
    url = endpoint.rstrip('/') + '/'
    body = urllib.parse.urlencode({**parameters, 'Version': _VERSION}).encode()
    headers = {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8'}

    def send():
        sent_headers = signed(url, headers, body) if signed else headers
        return http.send('POST', url, sent_headers, body, deadline - time.monotonic())

    answer = send()
    # It may be the first server that is asked, and so the first to say what time it is.
    if signed and answer.status in (401, 403) and clock.learn(answer):
        answer = send()
    # Expat of the standard library bounds the expansion of entities; the answer itself is bounded by the client.
    try:
        root = ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as error:
        raise NoCredentials(f'{endpoint} answered {parameters["Action"]} with {answer.status} and no XML') from error
    found = {element.tag.rpartition('}')[2]: (element.text or '').strip() for element in root.iter()}
    if answer.status != 200 or 'SecretAccessKey' not in found:
        raise NoCredentials(
            f'{parameters["Action"]} for {parameters["RoleArn"]} was refused: '
            f'{answer.status} {found.get("Code", "")} {found.get("Message", "")[:200]}'.rstrip()
        )
    return Credentials(
        found.get('AccessKeyId', ''),
        found['SecretAccessKey'],
        found.get('SessionToken'),
        epoch_seconds(found.get('Expiration')),
    )
