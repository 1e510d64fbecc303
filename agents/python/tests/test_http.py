"""The client: deadlines, bounds, proxies, TLS and client certificates, over real sockets."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest
from conftest import ScriptedServer

from wick_agent.http_exchange import HttpClient, Unreachable


def serve(handle):
    """A listener that gives each connection to `handle`. @returns its port"""
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(16)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def post(client, url, seconds=5.0):
    return client.send('POST', url, {'Content-Type': 'application/json'}, b'{}', seconds)


def test_one_connection_is_used_again_and_renewed_when_the_server_closed_it(scripted_server):
    client = HttpClient()
    assert post(client, scripted_server.url + '/a').status == 204
    first = client._connection
    assert post(client, scripted_server.url + '/b').status == 204
    assert client._connection is first
    first.sock.shutdown(socket.SHUT_RDWR)
    assert post(client, scripted_server.url + '/c').status == 204
    assert [request.path for request in scripted_server.requests] == ['/a', '/b', '/c']


def trickle(start, drop):
    """Begins an answer, and goes on with it for ever."""

    def speak(connection):
        try:
            connection.recv(65536)
            connection.sendall(start)
            while True:
                connection.sendall(drop)
                time.sleep(0.05)
        except OSError:
            pass

    return speak


TRICKLES = {
    'nothing': trickle(b'', b''),
    'status': trickle(b'HTTP/1.1 200 ', b'O'),
    'interim answers': trickle(b'', b'HTTP/1.1 100 Continue\r\n\r\n'),
    'header': trickle(b'HTTP/1.1 200 OK\r\nX: ', b'y'),
    'body': trickle(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', b'x'),
    'chunks': trickle(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', b'1\r\nx\r\n'),
}


def unreachable_after(client, url, body=b'{}', seconds=0.5):
    """For how many seconds an answer was waited for. Tests allow much more than the deadline: the machine may be slow."""
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client.send('POST', url, {}, body, seconds)
    return time.monotonic() - began


@pytest.mark.parametrize('what', list(TRICKLES))
def test_an_answer_that_trickles_ends_at_the_deadline(what):
    assert 0.5 <= unreachable_after(HttpClient(), f'http://127.0.0.1:{serve(TRICKLES[what])}/') < 15


def test_a_tunnel_that_trickles_ends_at_the_deadline():
    proxy = serve(trickle(b'HTTP/1.1 200 OK\r\n', b'X: y\r\n'))
    client = HttpClient(environment={'HTTPS_PROXY': f'127.0.0.1:{proxy}'})
    assert 0.5 <= unreachable_after(client, 'https://wick.example/') < 15


def test_a_body_that_is_taken_drop_by_drop_ends_at_the_deadline():
    def sip(connection):
        try:
            while connection.recv(1000):
                time.sleep(0.05)
        except OSError:
            pass

    url = f'http://127.0.0.1:{serve(sip)}/'
    assert 0.5 <= unreachable_after(HttpClient(), url, b'x' * 20_000_000) < 15


def test_a_deadline_can_be_moved_while_an_answer_is_awaited():
    client = HttpClient()
    threading.Timer(0.3, client.shorten, (0.1,)).start()
    assert unreachable_after(client, f'http://127.0.0.1:{serve(TRICKLES["nothing"])}/', seconds=60) < 15


def test_an_answer_without_end_is_given_up():
    def flood(connection):
        try:
            connection.recv(65536)
            connection.send(b'HTTP/1.1 200 OK\r\n\r\n')
            while True:
                connection.send(b'x' * 65536)
        except OSError:
            pass

    with pytest.raises(Unreachable, match='longer than'):
        post(HttpClient(), f'http://127.0.0.1:{serve(flood)}/')


@pytest.mark.parametrize(
    'noise',
    [b'', b'\x00' * 100, b'HTTP/9.9 abc\r\n\r\n', b'SSH-2.0\r\n', b'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'],
)
def test_noise_is_no_answer(noise):
    def speak(connection):
        connection.recv(65536)
        connection.sendall(noise)
        connection.close()

    try:
        answer = post(HttpClient(), f'http://127.0.0.1:{serve(speak)}/')
    except Unreachable:
        return
    assert answer.status == 200 and answer.body == b''


@pytest.mark.parametrize(
    'url',
    ['ftp://x/', 'http://', '/relative', 'http://[::1', 'http://127.0.0.1:99999/', 'http://no.such.host.invalid/'],
)
def test_an_address_that_is_none_is_said_to_be(url):
    with pytest.raises(Unreachable):
        post(HttpClient(), url, 3)


def test_http_goes_through_a_proxy_and_says_who_it_is(scripted_server):
    environment = {
        'HTTP_PROXY': scripted_server.url.replace('//', '//us%40er:pa%3Ass@'),
        'NO_PROXY': '.internal,127.0.0.1',
    }
    client = HttpClient(environment=environment)
    assert post(client, 'http://wick.example:8443/path?q=1').status == 204
    (request,) = scripted_server.requests
    assert request.path == 'http://wick.example:8443/path?q=1'
    assert request.headers['Proxy-Authorization'] == 'Basic dXNAZXI6cGE6c3M='
    assert request.headers['Host'] == 'wick.example:8443'


@pytest.mark.parametrize(
    ('environment', 'headers'),
    [({'http_proxy': 'http://user:hunter2/3@127.0.0.1:1'}, {}), ({}, {'X-Amz-Security-Token': 'hunter2\n'})],
)
def test_what_cannot_be_sent_is_not_said(environment, headers, scripted_server):
    with pytest.raises(Unreachable, match='ValueError in making the request') as refused:
        HttpClient(environment=environment).send('POST', scripted_server.url, headers, b'', 5)
    assert 'hunter' not in str(refused.value)


def test_no_proxy_is_asked_for_what_is_near(scripted_server):
    environment = {'http_proxy': 'http://127.0.0.1:1', 'no_proxy': 'localhost,127.0.0.1'}
    assert post(HttpClient(environment=environment), scripted_server.url + '/').status == 204


def test_a_web_servers_request_header_is_no_proxy(scripted_server):
    environment = {'HTTP_PROXY': 'http://127.0.0.1:1', 'REQUEST_METHOD': 'GET'}
    assert post(HttpClient(environment=environment), scripted_server.url + '/').status == 204


@pytest.fixture(scope='module')
def certificates(tmp_path_factory):
    """An authority, a server's certificate and a client's."""
    if shutil.which('openssl') is None:
        pytest.skip('there is no openssl to make certificates with')
    directory = tmp_path_factory.mktemp('tls')

    def openssl(*arguments):
        subprocess.run(['openssl', *arguments], cwd=directory, check=True, capture_output=True)

    curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    openssl(
        'req',
        '-x509',
        *curve,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/CN=test authority',
        '-addext',
        'keyUsage=critical,keyCertSign',
    )
    for name in ('server', 'client'):
        (directory / f'{name}.ext').write_text(
            'subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n'
        )
        openssl('req', *curve[:-2], '-keyout', f'{name}.key', '-out', f'{name}.csr', '-subj', f'/CN={name}')
        openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', f'{name}.ext', '-out', f'{name}.pem')  # fmt: skip
    return directory


@pytest.fixture
def tls_server(certificates):
    server = ScriptedServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / 'server.pem', certificates / 'server.key')
    context.load_verify_locations(certificates / 'ca.pem')
    server.context = context
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    server.url = server.url.replace('http:', 'https:')
    yield server
    server.close()


def test_a_server_is_trusted_by_the_authority_given(tls_server, certificates):
    assert post(HttpClient(str(certificates / 'ca.pem')), tls_server.url + '/').status == 204
    with pytest.raises(Unreachable, match='AWS_CA_BUNDLE'):
        post(HttpClient(), tls_server.url + '/')
    with pytest.raises(Unreachable, match='cannot be read'):
        post(HttpClient('/nonexistent.pem'), tls_server.url + '/')


def test_a_client_certificate_is_shown(tls_server, certificates):
    tls_server.context.verify_mode = ssl.CERT_REQUIRED
    ca = str(certificates / 'ca.pem')
    with pytest.raises(Unreachable):
        post(HttpClient(ca), tls_server.url + '/')
    client = HttpClient(ca, str(certificates / 'client.pem'), str(certificates / 'client.key'))
    assert post(client, tls_server.url + '/').status == 204


@pytest.fixture
def renewed(certificates, tmp_path):
    """Certificates of a client, in files of its own that are written again as certificates are renewed."""
    names = ('ca.pem', 'client.pem', 'client.key')

    def write(**contents):
        for name in names:
            source = certificates / contents.get(name.replace('.', '_'), name)
            (tmp_path / name).write_bytes(source.read_bytes())
            # Whatever a file system's clock can tell apart.
            write.at += 10
            os.utime(tmp_path / name, (write.at, write.at))

    write.at = time.time()
    write.paths = [tmp_path / name for name in names]
    return write


def test_renewed_certificates_are_used_from_the_next_request_on(tls_server, certificates, renewed):
    shown = []
    tls_server.context.verify_mode = ssl.CERT_REQUIRED
    handler = tls_server._server.RequestHandlerClass
    handler.setup, setup = lambda self: (shown.append(name_of(self.request.getpeercert())), setup(self)), handler.setup
    renewed()
    client = HttpClient(*map(str, renewed.paths))
    for _ in range(2):
        assert post(client, tls_server.url + '/').status == 204
    renewed(client_pem='server.pem', client_key='server.key')
    for _ in range(2):
        assert post(client, tls_server.url + '/').status == 204
    assert shown == ['client', 'server']


def name_of(certificate):
    return dict(pair for (pair,) in certificate['subject'])['commonName']


def test_a_renewed_authority_is_trusted_and_the_one_before_no_more(tls_server, certificates, renewed):
    renewed(ca_pem='client.pem')
    client = HttpClient(str(renewed.paths[0]))
    with pytest.raises(Unreachable, match='not trusted'):
        post(client, tls_server.url + '/')
    renewed()
    assert post(client, tls_server.url + '/').status == 204
    renewed(ca_pem='client.pem')
    with pytest.raises(Unreachable, match='not trusted'):
        post(client, tls_server.url + '/')


@pytest.mark.parametrize('how', ['missing', 'cut off', 'not belonging together'])
def test_while_files_are_replaced_what_was_read_before_is_used(how, tls_server, renewed):
    tls_server.context.verify_mode = ssl.CERT_REQUIRED
    renewed()
    client = HttpClient(*map(str, renewed.paths))
    assert post(client, tls_server.url + '/').status == 204
    if how == 'missing':
        renewed.paths[1].unlink()
    elif how == 'cut off':
        renewed.paths[0].write_bytes(renewed.paths[0].read_bytes()[:100])
    else:
        renewed(client_key='server.key')
    client.close()
    assert post(client, tls_server.url + '/').status == 204
    renewed()
    before = client._tls
    assert post(client, tls_server.url + '/').status == 204
    assert client._tls is not before


def test_over_tls_too_a_server_has_until_the_deadline(tls_server, certificates):
    """One that takes little of a large body, one whose answer trickles, and one that never shakes hands."""
    ca = str(certificates / 'ca.pem')
    port = int(tls_server.url.rpartition(':')[2])

    def slowly(connection):
        try:
            with socket.create_connection(('127.0.0.1', port)) as server:
                threading.Thread(target=lambda: [connection.sendall(server.recv(100)) for _ in range(100)]).start()
                while True:
                    server.sendall(connection.recv(1000))
                    time.sleep(0.02)
        except OSError:
            pass

    assert unreachable_after(HttpClient(ca), f'https://127.0.0.1:{serve(slowly)}/', b'x' * 20_000_000, 1.5) < 15
    tls_server.answers = lambda _: time.sleep(20)
    assert 0.5 <= unreachable_after(HttpClient(ca), tls_server.url + '/') < 15
    assert unreachable_after(HttpClient(ca), f'https://127.0.0.1:{serve(TRICKLES["nothing"])}/') < 15


def test_https_goes_through_a_tunnel(tls_server, certificates):
    asked = []

    def tunnel(connection):
        head = connection.recv(65536)
        asked.append(head.splitlines()[0])
        target = socket.create_connection(('127.0.0.1', int(tls_server.url.rpartition(':')[2])))
        connection.sendall(b'HTTP/1.1 200 Connection established\r\n\r\n')

        def pump(source, sink):
            try:
                while True:
                    data = source.recv(65536)
                    if not data:
                        break
                    sink.sendall(data)
            except OSError:
                pass

        threading.Thread(target=pump, args=(target, connection), daemon=True).start()
        pump(connection, target)

    environment = {'HTTPS_PROXY': f'127.0.0.1:{serve(tunnel)}'}
    url = tls_server.url.replace('127.0.0.1', 'localhost')
    assert post(HttpClient(str(certificates / 'ca.pem'), environment=environment), url + '/').status == 204
    assert asked == [f'CONNECT {url[8:]} HTTP/1.1'.encode()] or asked == [f'CONNECT {url[8:]} HTTP/1.0'.encode()]
