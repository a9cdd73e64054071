"""A disk that can be filled, in a mount namespace of its own: nothing of it is left when the test ends, however it ends."""

import errno
import pathlib
import subprocess

from .waiting import wait_until


class SmallDisk:
    """`path` is a file system of `kilobytes` for processes that are started through `enter`."""

    def __init__(self, directory, kilobytes=64):
        self.path = pathlib.Path(directory) / "disk"
        self.path.mkdir()
        mount = f"mount -t tmpfs -o size={kilobytes}k tmpfs '{self.path}' && touch '{self.path}/mounted' && exec sleep infinity"
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "sh", "-c", mount]
        )
        self.enter = ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", f"--wd={directory}"]
        self._inside = pathlib.Path(f"/proc/{self._holder.pid}/root{self.path}")
        wait_until((self._inside / "mounted").exists, 10, "the disk is mounted")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._holder.kill()
        self._holder.wait(10)

    def fill(self):
        """Leaves no room for another byte."""
        with open(self._inside / "filler", "ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC, error

    def free(self):
        (self._inside / "filler").unlink()

    def read(self, name):
        return (self._inside / name).read_text()
