"""The three operations that an agent calls, and what their answers mean to it."""

import email.utils
import json
import time
import urllib.parse
import uuid

from . import __version__
from .sigv4 import sign

SERVICE = 'codeguru-profiler'
USER_AGENT = f'wick-agent-python/{__version__}'
REQUEST_SECONDS = 20.0
_MAX_LOCATION_CHARACTERS = 200


class Refused(Exception):
    """An answer other than success.

    `retry_after` is in seconds, `location` the scheme and host that a redirect leads to: None where the server does not say.
    """

    def __init__(self, status, code, message, retry_after=None, location=None):
        super().__init__(f'{status} {code}: {message}' if message else f'{status} {code}')
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.location = location

    @property
    def is_temporary(self):
        return self.status >= 500 or self.status in (408, 429)

    @property
    def is_redirect(self):
        return 300 <= self.status < 400


class Misdirected(Exception):
    """An answer of success that is not the profiling service's: nothing was delivered."""


class Service:
    """Signs and sends. The server's clock counts."""

    def __init__(self, http, endpoint, region, credentials, clock):
        self._http = http
        self._endpoint = endpoint.rstrip('/')
        self._region = region
        self._credentials = credentials
        self._clock = clock

    def configure_agent(self, group, fleet_instance_id, metadata, seconds=REQUEST_SECONDS):
        """@returns the configuration, {} where the answer is none"""
        body = json.dumps({'fleetInstanceId': fleet_instance_id, 'metadata': metadata}).encode()
        answer = self._call('POST', f'/profilingGroups/{_quoted(group)}/configureAgent', body, seconds)
        try:
            configuration = answer.json() if answer.body else {}
        except ValueError:
            return {}
        return configuration if isinstance(configuration, dict) else {}

    def post_agent_profile(self, group, token, body, seconds=REQUEST_SECONDS):
        """Raises Misdirected where a proxy or a sign-in page answers in place of the service, which says nothing, or JSON."""
        path = f'/profilingGroups/{_quoted(group)}/agentProfile?profileToken={_quoted(token)}'
        answer = self._call('POST', path, body, seconds)
        if answer.body and not _is_object(answer):
            raise Misdirected(f'{answer.status} with {len(answer.body)} bytes that are no JSON object')

    def create_profiling_group(self, group, compute_platform, seconds=REQUEST_SECONDS):
        body = json.dumps({'profilingGroupName': group, 'computePlatform': compute_platform}).encode()
        self._call('POST', f'/profilingGroups?clientToken={uuid.uuid4()}', body, seconds)

    def _call(self, method, path, body, seconds):
        deadline = time.monotonic() + seconds
        url = self._endpoint + path
        may_try_again = True
        while True:
            credentials = self._credentials.current(deadline - time.monotonic())
            headers = sign(
                method,
                url,
                {'Content-Type': 'application/json'},
                body,
                credentials,
                self._region,
                SERVICE,
                self._clock.now(),
            )
            headers['User-Agent'] = USER_AGENT
            headers['Accept-Encoding'] = 'identity'
            answer = self._http.send(method, url, headers, body, deadline - time.monotonic())
            if 200 <= answer.status < 300:
                return answer
            if may_try_again and answer.status in (401, 403):
                may_try_again = False
                # Another clock or other keys may cure it, whatever the server calls it.
                is_clock_set = self._clock.learn(answer)
                if self._credentials.has_others(credentials, deadline - time.monotonic()) or is_clock_set:
                    continue
            raise _refusal(answer, url, self._clock.now())


def _is_object(answer):
    try:
        return isinstance(answer.json(), dict)
    except ValueError:
        return False


def _refusal(answer, url, now):
    code = answer.headers.get('x-amzn-errortype', '').split(':')[0]
    message = ''
    try:
        body = answer.json()
        if isinstance(body, dict):
            code = code or str(body.get('__type') or body.get('code') or '').split('#')[-1]
            message = str(body.get('message') or body.get('Message') or '')[:300]
    except ValueError:
        pass
    return Refused(answer.status, code[:80] or 'without a reason', message, _retry_after(answer, now), _location(answer, url))


def _location(answer, url):
    """`https://host:port`, nothing of the path: it may say whose sign-in it is."""
    text = answer.headers.get('location')
    if not text:
        return None
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(url, text))
    except ValueError:
        return None
    if parts.scheme not in ('http', 'https'):
        return None
    origin = f'{parts.scheme}://{parts.netloc.rpartition("@")[2]}'
    return ''.join(character for character in origin if character.isprintable())[:_MAX_LOCATION_CHARACTERS]


def _retry_after(answer, now):
    """Seconds, at most an hour; as a number or a date."""
    text = answer.headers.get('retry-after')
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - now
        except (TypeError, ValueError, OverflowError):
            return None
    return min(3600.0, max(0.0, seconds)) if seconds == seconds else None


def _quoted(text):
    return urllib.parse.quote(text, safe='~')
