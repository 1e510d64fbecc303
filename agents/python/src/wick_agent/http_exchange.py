"""One HTTP request and its answer, within a deadline and bounds: proxies, TLS, client certificates.

Loaded by the reporting thread: these modules cost tens of milliseconds.
"""

import base64
import encodings.idna  # noqa: F401 - what a connection by name would load later
import os
import time
import urllib.parse
import urllib.request

from .unpatched import http_client, socket, ssl

MAX_ANSWER_BYTES = 1024 * 1024
CONNECT_SECONDS = 5.0


class Unreachable(Exception):
    """No answer, for a reason a person can act on."""


class Answer:
    __slots__ = ('status', 'headers', 'body')

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class HttpClient:
    """Keeps one connection and uses it again."""

    def __init__(self, ca_bundle=None, client_certificate=None, client_key=None, environment=None):
        self._ca_bundle = ca_bundle
        self._client_certificate = client_certificate
        self._client_key = client_key
        self._environment = environment or {}
        self._tls = None
        self._connection = None
        self._connected_to = None
        self._deadline = None
        self._is_aborted = False

    def send(self, method, url, headers, body, seconds):
        """@returns the Answer, whatever its status; raises Unreachable within about `seconds`"""
        self._deadline = time.monotonic() + seconds
        self._is_aborted = False
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
            raise Unreachable(f'no answer within {seconds:.0f} s') from error
        except (OSError, http_client.HTTPException, ValueError, AttributeError) as error:
            self.close()
            raise Unreachable(f'{type(error).__name__}: {error}') from error
        finally:
            self._deadline = None
        raise AssertionError('unreachable')

    def expire(self):
        """Ends a request that is past its deadline, from another thread: sockets only time out byte by byte."""
        deadline = self._deadline
        if deadline is not None and time.monotonic() > deadline:
            self.abort()

    def shorten(self, seconds):
        """Moves the deadline of a request that is under way."""
        deadline = self._deadline
        if deadline is not None:
            self._deadline = min(deadline, time.monotonic() + seconds)

    def abort(self):
        self._is_aborted = True
        connection = self._connection
        sock = getattr(connection, 'sock', None)
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

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
        if connection.sock is not None:
            connection.sock.settimeout(self._left())
        target = urllib.parse.urlunsplit(('', '', parts.path or '/', parts.query, ''))
        headers = dict(headers)
        if proxy is not None and parts.scheme == 'http':
            target = url
            headers.update(_proxy_authorization(proxy))
        connection.request(method, target, body=body, headers=headers)
        if connection.sock is not None:
            connection.sock.settimeout(self._left())
        answer = connection.getresponse()
        content = answer.read(MAX_ANSWER_BYTES + 1)
        if len(content) > MAX_ANSWER_BYTES:
            self.close()
            raise Unreachable(f'the answer is longer than {MAX_ANSWER_BYTES} bytes')
        if self._is_aborted:
            # To the parser an end is an end: what came before it looks like an answer.
            raise TimeoutError
        result = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
        if answer.will_close:
            self.close()
        return result

    def _left(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _connect(self, parts, proxy):
        if parts.scheme not in ('http', 'https') or not parts.hostname:
            raise Unreachable(f'the endpoint is not an http or https address: {parts.geturl()[:200]!r}')
        wanted = (parts.scheme, parts.netloc, proxy and proxy.netloc)
        if self._connection is not None and self._connected_to == wanted:
            return self._connection
        self.close()
        seconds = min(CONNECT_SECONDS, self._left())
        usual_port = 443 if parts.scheme == 'https' else 80
        host, port = (parts.hostname, parts.port or usual_port) if proxy is None else (proxy.hostname, proxy.port or 80)
        if parts.scheme == 'https':
            connection = http_client.HTTPSConnection(host, port, timeout=seconds, context=self._tls_context())
            if proxy is not None:
                connection.set_tunnel(parts.hostname, parts.port or usual_port, headers=_proxy_authorization(proxy))
        else:
            connection = http_client.HTTPConnection(host, port, timeout=seconds)
        # Known before it connects, so that another thread can end it.
        self._connection = connection
        self._connected_to = wanted
        try:
            connection.connect()
        except BaseException:
            self.close()
            raise
        return connection

    def _proxy_for(self, parts):
        """The proxy's address, split; None for a direct connection."""
        environment = {
            name.lower(): value for name, value in self._environment.items() if name.lower().endswith('_proxy')
        }
        # Behind a web server HTTP_PROXY may be a header of a request: only its lower case counts, as everywhere.
        if 'REQUEST_METHOD' in self._environment:
            environment.pop('http_proxy', None)
        proxies = {name[:-6]: value for name, value in environment.items() if value}
        address = proxies.get(parts.scheme) or proxies.get('all')
        if not address:
            return None
        if urllib.request.proxy_bypass_environment(parts.netloc.rpartition('@')[2], proxies):
            return None
        proxy = urllib.parse.urlsplit(address if '://' in address else f'http://{address}')
        if proxy.scheme != 'http' or not proxy.hostname:
            raise Unreachable(f'proxies are reached by http:// only, not {proxy.scheme}://')
        return proxy

    def _tls_context(self):
        if self._tls is None:
            try:
                context = ssl.create_default_context(cafile=self._ca_bundle)
            except (OSError, ssl.SSLError) as error:
                raise Unreachable(f'the certificates in {self._ca_bundle} cannot be read: {error}') from error
            if self._client_certificate:
                try:
                    context.load_cert_chain(self._client_certificate, self._client_key)
                except (OSError, ssl.SSLError) as error:
                    raise Unreachable(
                        f'the client certificate {self._client_certificate} cannot be used: {error}'
                    ) from error
            self._tls = context
        return self._tls


def _proxy_authorization(proxy):
    if proxy.username is None:
        return {}
    pair = f'{urllib.parse.unquote(proxy.username)}:{urllib.parse.unquote(proxy.password or "")}'
    return {'Proxy-Authorization': 'Basic ' + base64.b64encode(pair.encode()).decode()}
