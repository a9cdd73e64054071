"""A private instance of a real service, through scripts/services."""

import fcntl
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import tempfile

from . import process

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]

# Below the range that the kernel takes ports for outgoing connections from; each run begins elsewhere.
_ports = itertools.count(20000 + os.getpid() % 1000 * 10)
_reserved = []  # locks of the ports that were handed out, for the life of this process


def _reserve(port):
    """True when the port is this process's, and nobody listens on it now. Other runs at the same time ask for the same lock."""
    folder = pathlib.Path(tempfile.gettempdir()) / "rowferry-ports"
    folder.mkdir(exist_ok=True)
    lock = open(folder / str(port), "a")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        lock.close()
        return False
    _reserved.append(lock)
    return True


def free_ports(count):
    """The first of `count` neighbouring ports that nobody listens on and no other test run was given."""
    for _ in range(12000):
        first = 20000 + (next(_ports) - 20000) % 12000
        if all(_reserve(port) for port in range(first, first + count)):
            for _ in range(count - 1):
                next(_ports)
            return first
    raise AssertionError(f"no {count} neighbouring ports are free between 20000 and 32000")


class Service:
    """Base of Mysql, Mariadb and Kafka. `directory` keeps data and log over restarts."""

    name = None
    port_count = 1

    def __init__(self, directory, port=None, environment=None):
        self.directory = pathlib.Path(directory)
        self.port = port or free_ports(self.port_count)
        self.environment = dict(environment or {})

    def _services(self, command):
        environment = {
            **os.environ,
            **self.environment,
            f"ROWFERRY_{self.name.upper()}_PORT": str(self.port),
        }
        done = subprocess.run(
            [CHECKOUT / "scripts" / "services", "--dir", self.directory, command, self.name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"scripts/services {command} {self.name}: status {done.returncode}\n{done.stdout}")
        return done.stdout

    def start(self):
        """Starts, or starts again on the same data; returns when it answers."""
        self._services("up")
        return self

    def stop(self):
        """A clean shutdown."""
        self._services("down")

    def kill(self):
        """SIGKILL; returns when the process is gone."""
        self._services("kill")

    def restart(self):
        self.stop()
        self.start()

    def freeze(self):
        """SIGSTOP: connections stay open and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    @property
    def pid(self):
        return int((self.directory / self.name / "pid").read_text().split()[0])

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def log_tail(self, lines=40):
        return process.tail(self.directory / self.name / "log", lines)
