"""One HTTP request and its answer, within a deadline and bounds: proxies, TLS, client certificates.

Loaded by the reporting thread: these modules cost tens of milliseconds.
"""

import base64
import encodings.idna  # noqa: F401 - what a connection by name would load later
import json
import os
import time
import urllib.parse

from .proxies import proxy_for
from .unpatched import http_client, socket, ssl

MAX_ANSWER_BYTES = 1024 * 1024
CONNECT_SECONDS = 5.0
# How long a deadline that another thread moved may go unnoticed.
_LOOK_SECONDS = 0.25
# What TLS sends in one piece.
_PIECE_BYTES = 16 * 1024


class Unreachable(Exception):
    """No answer, for a reason a person can act on."""


class Answer:
    __slots__ = ('status', 'headers', 'body')

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        """What the body says; raises ValueError where that is not JSON, or nested deeper than anybody means it."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError('nested too deeply') from error


class _Bounded:
    """A socket that waits for nothing beyond `deadline`; those of the system begin to wait anew with each byte."""

    deadline = 0.0

    def recv_into(self, *arguments):
        return self._in_time(super().recv_into, *arguments)

    def sendall(self, data, flags=0):
        rest = memoryview(data)
        while rest:
            rest = rest[self._in_time(super().send, rest[:_PIECE_BYTES], flags) :]

    def _in_time(self, transfer, *arguments):
        while True:
            self.settimeout(min(seconds_until(self.deadline), _LOOK_SECONDS))
            try:
                return transfer(*arguments)
            except (socket.timeout, TimeoutError):
                pass


class _PlainSocket(_Bounded, socket.socket):
    pass


class _TlsSocket(_Bounded, ssl.SSLSocket):
    pass


class HttpClient:
    """Keeps one connection and uses it again."""

    def __init__(self, ca_bundle=None, client_certificate=None, client_key=None, environment=None):
        self._ca_bundle = ca_bundle
        self._client_certificate = client_certificate
        self._client_key = client_key
        self._environment = environment or {}
        self._tls = None
        self._tls_version = None
        self._connection = None
        self._connected_to = None
        self._deadline = None

    def send(self, method, url, headers, body, seconds):
        """@returns the Answer, whatever its status; raises Unreachable within `seconds`, but for the system's look-up of a name"""
        self._deadline = time.monotonic() + seconds
        try:
            for is_last_try in (False, True):
                is_reused = self._connection is not None
                try:
                    return self._exchange(method, url, headers, body)
                except (http_client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                    self.close()
                    # A server may close a connection that nothing was sent over for minutes.
                    if is_last_try or not is_reused:
                        raise Unreachable(f'the connection was closed: {error}') from error
        except Unreachable:
            raise
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise Unreachable(
                f'the certificate of the server is not trusted ({error.verify_message or error}); '
                'AWS_CA_BUNDLE names the file of its authority'
            ) from error
        except (socket.timeout, TimeoutError) as error:
            self.close()
            raise Unreachable(f'no answer within {max(0.0, seconds):.3g} s') from error
        except (OSError, http_client.HTTPException) as error:
            self.close()
            raise Unreachable(f'{type(error).__name__}: {error}') from error
        except (ValueError, AttributeError) as error:
            self.close()
            # Its text quotes what it is about: a header, or a proxy's address with the password in it.
            raise Unreachable(
                f'{type(error).__name__} in making the request: is the address right, and that of the proxy if there is one?'
            ) from error
        finally:
            self._deadline = None
        raise AssertionError('unreachable')

    def shorten(self, seconds):
        """Moves the deadline of a request that is under way; from another thread."""
        deadline, connection = self._deadline, self._connection
        if deadline is None:
            return
        self._deadline = deadline = min(deadline, time.monotonic() + seconds)
        sock = getattr(connection, 'sock', None)
        if sock is not None:
            sock.deadline = deadline

    def close(self):
        connection, self._connection, self._connected_to = self._connection, None, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                pass

    def abandon(self):
        """In a forked child: lets the descriptor go and touches nothing else.

        A thread of the parent may have been reading from the connection: it holds the lock of its buffer, which nobody
        releases here, and closing the buffer would wait for it forever.
        """
        connection, self._connection, self._connected_to = self._connection, None, None
        sock = getattr(connection, 'sock', None)
        if sock is not None:
            try:
                os.close(sock.detach())
            except OSError:
                pass

    def _exchange(self, method, url, headers, body):
        parts = urllib.parse.urlsplit(url)
        proxy = self._proxy_for(parts)
        connection = self._connect(parts, proxy)
        connection.sock.deadline = self._deadline
        target = urllib.parse.urlunsplit(('', '', parts.path or '/', parts.query, ''))
        headers = dict(headers)
        if proxy is not None and parts.scheme == 'http':
            target = url
            headers.update(_proxy_authorization(proxy))
        connection.request(method, target, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read(MAX_ANSWER_BYTES + 1)
        if len(content) > MAX_ANSWER_BYTES:
            self.close()
            raise Unreachable(f'the answer is longer than {MAX_ANSWER_BYTES} bytes')
        result = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
        if answer.will_close:
            self.close()
        return result

    def _connect(self, parts, proxy):
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise Unreachable(f'the endpoint is not an http or https address: {parts.geturl()[:200]!r}')
        is_tls = parts.scheme == 'https'
        tls = self._tls_context() if is_tls else None
        # A connection goes on with the certificates that it was made with: with renewed ones another is made.
        wanted = (parts.scheme, parts.netloc, proxy and proxy.netloc, tls)
        if self._connection is not None and self._connected_to == wanted:
            return self._connection
        self.close()
        usual_port = 443 if is_tls else 80
        host, port = (parts.hostname, parts.port or usual_port) if proxy is None else (proxy.hostname, proxy.port or 80)
        if is_tls:
            connection = http_client.HTTPSConnection(host, port, context=tls)
        else:
            connection = http_client.HTTPConnection(host, port)
        self._connection = connection
        self._connected_to = wanted
        try:
            if is_tls and proxy is not None:
                connection.set_tunnel(parts.hostname, parts.port or usual_port, headers=_proxy_authorization(proxy))
            # What HTTPSConnection.connect does, each step within the deadline.
            connection.sock = self._dial(host, port)
            if is_tls:
                if proxy is not None:
                    connection._tunnel()
                # This is how long the whole handshake may take.
                connection.sock.settimeout(self._connect_seconds())
                connection.sock = tls.wrap_socket(connection.sock, server_hostname=parts.hostname)
        except BaseException:
            self.close()
            raise
        return connection

    def _dial(self, host, port):
        """A socket that is connected to the first of a host's addresses that answers."""
        error = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
            seconds = self._connect_seconds()
            sock = None
            try:
                sock = _PlainSocket(family, kind, protocol)
                sock.deadline = self._deadline
                sock.settimeout(seconds)
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
            except OSError as failed:
                error = failed
                if sock is not None:
                    sock.close()
        raise error or OSError(f'{host} has no address')

    def _connect_seconds(self):
        return min(CONNECT_SECONDS, seconds_until(self._deadline))

    def _proxy_for(self, parts):
        """The proxy's address, split; None for a direct connection."""
        address = proxy_for(parts, self._environment)
        if address is None:
            return None
        proxy = urllib.parse.urlsplit(address if '://' in address else f'http://{address}')
        if proxy.scheme != 'http' or not proxy.hostname:
            raise Unreachable(f'proxies are reached by http:// only, not {proxy.scheme}://')
        return proxy

    def _tls_context(self):
        """Made anew when its files changed: certificates are renewed while programs run."""
        files = (self._ca_bundle, self._client_certificate, self._client_key)
        version = [_version_of(file) for file in files if file]
        if self._tls is not None and self._tls_version == version:
            return self._tls
        try:
            self._tls = self._new_tls_context()
            self._tls_version = version
        except Unreachable:
            # While files are replaced they may be missing, cut off, or not belong together.
            if self._tls is None:
                raise
        return self._tls

    def _new_tls_context(self):
        try:
            context = ssl.create_default_context(cafile=self._ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise Unreachable(f'the certificates in {self._ca_bundle} cannot be read: {error}') from error
        context.sslsocket_class = _TlsSocket
        if self._client_certificate:
            try:
                context.load_cert_chain(self._client_certificate, self._client_key)
            except (OSError, ssl.SSLError) as error:
                raise Unreachable(f'the client certificate {self._client_certificate} cannot be used: {error}') from error
        return context


def _version_of(file):
    """Another one once the file was written; None where it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def seconds_until(deadline):
    """More than none; raises what sockets raise once it is past."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout('timed out')
    return left


def _proxy_authorization(proxy):
    if proxy.username is None:
        return {}
    pair = f'{urllib.parse.unquote(proxy.username)}:{urllib.parse.unquote(proxy.password or "")}'
    return {'Proxy-Authorization': 'Basic ' + base64.b64encode(pair.encode()).decode()}
