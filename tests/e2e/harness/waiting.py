"""Waiting for a condition, always with a bound and a message."""

import time


def wait_until(condition, timeout, what, interval=0.02):
    """Calls `condition` until it returns something true, and returns that.

    `what` completes the sentence "after N s still not: …"; it may be a function, called only on failure,
    so that it can tell the last state seen.
    """
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            raise AssertionError(f"after {timeout} s still not: {what() if callable(what) else what}")
        time.sleep(interval)  # between two looks at the condition, never instead of one
