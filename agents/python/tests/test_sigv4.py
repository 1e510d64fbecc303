"""Our signatures against those of botocore, the SDK's own signer."""

import datetime
import random
import string
import urllib.parse

import pytest

from wick_agent.sigv4 import Credentials, sign

pytest.importorskip('botocore', reason='the SDK runs on the default Python only')
import botocore.auth  # noqa: E402
import botocore.awsrequest  # noqa: E402
import botocore.credentials  # noqa: E402

NOW = datetime.datetime(2026, 11, 26, 12, 0, 0, tzinfo=datetime.timezone.utc)


def by_botocore(method, url, headers, body, credentials, region, service, monkeypatch):
    monkeypatch.setattr(botocore.auth, 'get_current_datetime', lambda *_, **__: NOW.replace(tzinfo=None), raising=False)
    request = botocore.awsrequest.AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    signer = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(credentials.access_key, credentials.secret_key, credentials.token),
        service,
        region,
    )
    request.context['payload_signing_enabled'] = True
    signer.add_auth(request)
    return request.headers


def random_text(pick, alphabet, longest):
    return ''.join(pick.choice(alphabet) for _ in range(pick.randint(1, longest)))


def test_signatures_are_those_of_the_sdk_on_random_requests(monkeypatch):
    pick = random.Random(4)
    anything = string.ascii_letters + string.digits + "-_.~ %+&=/?é☃'*()!$,:;@"
    for _ in range(400):
        method = pick.choice(['POST', 'GET', 'PUT', 'DELETE'])
        path = '/' + '/'.join(
            urllib.parse.quote(random_text(pick, anything, 12), safe='~') for _ in range(pick.randint(0, 4))
        )
        query = '&'.join(
            f'{urllib.parse.quote(random_text(pick, anything, 8), safe="~")}={urllib.parse.quote(random_text(pick, anything, 8), safe="~")}'
            for _ in range(pick.randint(0, 4))
        )
        host = pick.choice(['localhost:8443', 'example.com', 'example.com:443', '127.0.0.1:80', '[::1]:9000'])
        url = f'{pick.choice(["http", "https"])}://{host}{path}' + (f'?{query}' if query else '')
        headers = {'Content-Type': 'application/json'}
        if pick.random() < 0.5:
            headers['X-Extra'] = '  two   words '
        body = random_text(pick, anything, 60).encode() if pick.random() < 0.8 else b''
        token = random_text(pick, string.ascii_letters + '/+=', 40) if pick.random() < 0.5 else None
        credentials = Credentials('AKIDEXAMPLE', random_text(pick, string.ascii_letters + '/+', 40), token)
        region = pick.choice(['us-east-1', 'eu-west-3'])
        service = pick.choice(['codeguru-profiler', 'sts'])
        ours = sign(method, url, headers, body, credentials, region, service, NOW.timestamp())
        theirs = by_botocore(method, url, headers, body, credentials, region, service, monkeypatch)
        assert ours['X-Amz-Date'] == theirs['X-Amz-Date']
        assert ours['Authorization'] == theirs['Authorization'], url
        assert ours.get('X-Amz-Security-Token') == theirs.get('X-Amz-Security-Token')


@pytest.mark.parametrize('name', ['get-vanilla'])
def test_the_signature_of_the_specification(name):
    headers = sign('GET', 'https://example.amazonaws.com/', {}, b'', Credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'), 'us-east-1', 'service', 1440938160)  # fmt: skip
    assert headers['Authorization'].endswith('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')
