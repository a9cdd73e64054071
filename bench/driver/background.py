"""A thread of our own beside what is measured."""

import threading


class Background:
    """`run` of the derived class in a thread; `with` starts it, and waits for its end. `run` returns soon after `ended` is set."""

    def __init__(self):
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.ended.set()
        self.thread.join()
