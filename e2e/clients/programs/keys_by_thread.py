"""Makes keys in a thread until it is told to end (SIGTERM), under the agent that is named: `keys_by_thread.py aws|wick`."""
import hashlib
import os
import signal
import sys
import threading
import time

is_over = threading.Event()


class KeyMaker(threading.Thread):
    def run(self):
        while not is_over.is_set():
            derive_key(b"password")
            rest()


def derive_key(password):
    return hashlib.pbkdf2_hmac("sha256", password, b"salt", 100_000)


def rest():
    time.sleep(0.05)


def profiler(agent):
    if agent == "wick":
        from wick_agent import Profiler
    else:
        from codeguru_profiler_agent import Profiler
    return Profiler(profiling_group_name=os.environ["GROUP"], region_name="us-east-1")


def main():
    signal.signal(signal.SIGTERM, lambda *_: is_over.set())
    running = profiler(sys.argv[1])
    running.start()
    maker = KeyMaker()
    maker.start()
    is_over.wait()
    maker.join()
    running.stop()


main()
