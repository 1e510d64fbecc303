"""The agents that are compared, behind one handle each: nothing, ours, and AWS's."""

import datetime
import json
import os
import sys
import threading
import time

sys.path.insert(
    0,
    os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "../../../agents/python/src"
    ),
)


class Nothing:
    """The control: what is measured with it is noise."""

    def start(self):
        pass

    pause = resume = stop = start

    def cpu_ns(self):
        return 0


class Wick:
    """Ours, as a program would use it; profiles go to the address given."""

    def __init__(self, url, environment, **settings):
        from wick_agent import Profiler

        self._profiler = Profiler(
            "bench",
            "us-east-1",
            endpoint_url=url,
            environment=environment,
            log_level="error",
            **settings,
        )

    def start(self):
        assert self._profiler.start()

    def pause(self):
        self._profiler.pause()

    def resume(self):
        self._profiler.resume()

    def stop(self):
        self._profiler.stop()

    def cpu_ns(self):
        agent = self._profiler._agent
        return agent.sampler_cpu_ns + agent.reporter_cpu_ns


class Aws:
    """AWS's, of the version that e2e/requirements.txt pins."""

    def __init__(self, url, sampling_ms=None, reporting_ms=None):
        import boto3
        from codeguru_profiler_agent import Profiler

        override = {"endpoint_url": url}
        if sampling_ms:
            override["sampling_interval"] = datetime.timedelta(milliseconds=sampling_ms)
        if reporting_ms:
            override["reporting_interval"] = datetime.timedelta(
                milliseconds=reporting_ms
            )
            override["minimum_time_reporting"] = datetime.timedelta(milliseconds=500)
        session = boto3.Session(
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="fakeSecretForTestsOnly",
            region_name="us-east-1",
        )
        self._profiler = Profiler(
            "bench",
            aws_session=session,
            environment_override={**override, "cpu_limit_percentage": 99},
        )

    def start(self):
        self._profiler.start()

    def pause(self):
        self._profiler.pause()

    def resume(self):
        self._profiler.start()

    def stop(self):
        self._profiler.stop()

    def cpu_ns(self):
        for thread in threading.enumerate():
            if thread.name.startswith("codeguru-profiler-agent"):
                return time.clock_gettime_ns((~thread.native_id << 3) | 6)
        return 0


def environment():
    return {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "fakeSecretForTestsOnly",
        "AWS_EC2_METADATA_DISABLED": "true",
        "WICK_KILL_SWITCH_FILE": "/nonexistent",
    }


def make(name, url, **settings):
    if name == "nothing":
        return Nothing()
    if name == "wick":
        return Wick(url, environment(), **settings)
    if name == "wick without short intervals":
        return Wick(url, environment(), adapt_switch_interval=False, **settings)
    if name == "aws":
        return Aws(url)
    raise ValueError(name)


def receiver_main():
    """A server in a process of its own: accepts profiles and hands them over at GET /."""
    import http.server

    configuration = json.loads(sys.argv[2])
    profiles = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if "configureAgent" in self.path:
                self.answer(200, json.dumps(configuration).encode())
            else:
                profiles.append(body)
                self.answer(204, b"")

        def do_GET(self):
            self.answer(200, b"[" + b",".join(profiles) + b"]")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    receiver_main()
