"""Makes keys until it is told to end (SIGTERM). The function to find is `derive_key`: it has nearly all of the time."""
import hashlib
import signal
import time

is_wanted = True


def end(*_):
    global is_wanted
    is_wanted = False


def derive_key(password):
    # About 50 ms, during which the interpreter is free for the profiler's thread.
    return hashlib.pbkdf2_hmac("sha256", password, b"salt", 100_000)


def rest():
    time.sleep(0.005)


def main():
    signal.signal(signal.SIGTERM, end)
    while is_wanted:
        derive_key(b"password")
        rest()


main()
