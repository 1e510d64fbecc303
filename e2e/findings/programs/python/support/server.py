"""A server in a process of its own, which the agent of the program does not see.

With `tls` it speaks TLS by a cipher that needs no certificate.
"""

import http.server
import ssl
import subprocess
import sys

CIPHERS = 'AECDH-AES256-SHA:@SECLEVEL=0'


def start(*arguments):
    """@returns its port; it ends with the program"""
    child = subprocess.Popen(
        [sys.executable, '-I', __file__, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    # Kept open by the process that holds it: the server ends when its stdin does.
    _children.append(child)
    return int(child.stdout.readline())


def client_context():
    """For the server that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    return context


_children = []


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # An answer in one piece.
    wbufsize = -1

    def do_GET(self):
        body = b'{"price":17}'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def _serve(speaks_tls):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
    server.daemon_threads = True
    if speaks_tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    return server


if __name__ == '__main__':
    import threading

    running = _serve('tls' in sys.argv)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    sys.stdin.read()
