"""A private instance of a real service, through scripts/services."""

import itertools
import os
import pathlib
import signal
import socket
import subprocess

from . import process

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]

# Below the range that the kernel takes ports for outgoing connections from; each run begins elsewhere.
_ports = itertools.count(20000 + os.getpid() % 1000 * 10)


def free_ports(count):
    """The first of `count` neighbouring ports that nobody listens on."""
    for _ in range(12000):
        first = 20000 + (next(_ports) - 20000) % 12000
        sockets = []
        try:
            for port in range(first, first + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
        except OSError:
            continue
        else:
            for _ in range(count - 1):
                next(_ports)
            return first
        finally:
            for each in sockets:
                each.close()
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
