"""Signature Version 4, as AWS's SDKs sign: content-type, host, date and session token; the body by its hash."""

import hashlib
import hmac
import time
import urllib.parse

from .credentials.errors import NoCredentials


class Credentials:
    """`expires` is epoch seconds, None for keys that stay valid. What no header can hold is refused here, where nothing says it aloud."""

    __slots__ = ('access_key', 'secret_key', 'token', 'expires')

    def __init__(self, access_key, secret_key, token=None, expires=None):
        for name, value in (('access key id', access_key), ('secret access key', secret_key), ('session token', token)):
            if isinstance(value, str) and ('\r' in value or '\n' in value):
                raise NoCredentials(f'the {name} of the credentials that were found has a line break')
        self.access_key = access_key
        self.secret_key = secret_key
        self.token = token or None
        self.expires = expires

    def is_same(self, other):
        return (self.access_key, self.secret_key, self.token) == (other.access_key, other.secret_key, other.token)


def sign(method, url, headers, body, credentials, region, service, now=None):
    """@param headers: to be sent; all of them are signed
    @param url: path and query as they go over the wire (the path percent-encoded once)
    @param now: epoch seconds
    @returns the headers with `Host`, `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` added
    """
    parts = urllib.parse.urlsplit(url)
    stamp = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(time.time() if now is None else now))
    signed = {**headers, 'Host': _host(parts), 'X-Amz-Date': stamp}
    if credentials.token:
        signed['X-Amz-Security-Token'] = credentials.token
    canonical_headers = sorted((name.lower(), ' '.join(value.split())) for name, value in signed.items())
    names = ';'.join(name for name, _ in canonical_headers)
    request = '\n'.join(
        [
            method,
            # Encoded once more: for all services but S3 the path of a path is signed.
            urllib.parse.quote(parts.path or '/', safe='/~'),
            _canonical_query(parts.query),
            *(f'{name}:{value}' for name, value in canonical_headers),
            '',
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f'{stamp[:8]}/{region}/{service}/aws4_request'
    to_sign = f'AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}'
    key = f'AWS4{credentials.secret_key}'.encode()
    for part in (stamp[:8], region, service, 'aws4_request'):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    signed['Authorization'] = (
        f'AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}'
    )
    return signed


def _host(parts):
    port = parts.port
    host = parts.hostname or ''
    if ':' in host:
        host = f'[{host}]'
    is_usual = port is None or (parts.scheme, port) in (('http', 80), ('https', 443))
    return host if is_usual else f'{host}:{port}'


def _canonical_query(query):
    pairs = []
    for part in query.split('&') if query else ():
        name, _, value = part.partition('=')
        pairs.append((name, value))
    return '&'.join(f'{name}={value}' for name, value in sorted(pairs))
