"""The built binary as a process."""

import os
import pathlib
import re
import shlex
import signal
import subprocess

import yaml

from . import process
from .service import CHECKOUT
from .waiting import wait_until


def binary():
    """ROWFERRY_BIN may hold a command with arguments, as "scripts/lib/in_sid_root build/sid/rowferry"."""
    words = shlex.split(os.environ.get("ROWFERRY_BIN", "build/release/rowferry"))
    words = [str(CHECKOUT / word) if (CHECKOUT / word).is_file() else word for word in words]
    assert pathlib.Path(words[-1]).is_file(), f"{words[-1]} is missing: build it, or set ROWFERRY_BIN"
    return words


def base_config(name, mysql, kafka=None, **sections):
    """A configuration with the source, the sink (stdout without a Kafka) and what `sections` adds or replaces."""
    config = {
        "name": name,
        "source": {"url": mysql.url(), "password": "cdc"},
        "sink": {"kafka": {"bootstrap.servers": kafka.address}} if kafka else "stdout",
    }
    config.update(sections)
    return config


class Rowferry:
    """One configuration in a folder of its own, where the checkpoint is too; started as often as wanted.

    The kernel kills it when the thread that started it ends, so that no test leaves one behind."""

    def __init__(self, directory, config):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config_file = self.directory / "rowferry.yaml"
        self.stderr_file = self.directory / "stderr"
        self.stdout_file = self.directory / "stdout"
        self.set_config(config)
        self._child = None
        self._log_begin = 0

    def set_config(self, config):
        """From the next start on; a dict, or the text of a file."""
        text = config if isinstance(config, str) else yaml.safe_dump(config, sort_keys=False)
        self.config_file.write_text(text, encoding="utf-8")

    def _command(self, *command):
        return [*binary(), *map(str, command), "-c", str(self.config_file)]

    def call(self, *command, timeout=60, environment=None):
        """A command that ends by itself (check, position …): its CompletedProcess with status and output."""
        return subprocess.run(
            self._command(*command),
            cwd=self.directory,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *arguments, environment=None, wrapper=()):
        """`rowferry run`; `wrapper` is a command that becomes it, as prlimit does. Output is appended to the files."""
        assert not self.running, "it runs already"
        self._log_begin = self.stderr_file.stat().st_size if self.stderr_file.exists() else 0
        with open(self.stderr_file, "ab") as stderr, open(self.stdout_file, "ab") as stdout:
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *wrapper, *self._command("run", *arguments)],
                cwd=self.directory,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
        return self

    @property
    def running(self):
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self):
        return self._child.pid

    @property
    def status(self):
        """None while it runs; else the exit status, negative for a signal."""
        return self._child.poll()

    @property
    def log(self):
        """What this run has written to stderr so far."""
        with open(self.stderr_file, "rb") as file:
            file.seek(self._log_begin)
            return file.read().decode(errors="replace")

    @property
    def output(self):
        """What all runs have written to stdout."""
        return self.stdout_file.read_bytes()

    def log_tail(self, lines=60):
        """And the checkpoints: how far it came."""
        texts = [f"---- {file.name}\n{file.read_text(errors='replace')}" for file in self.directory.glob("*.checkpoint")]
        return "\n".join([process.tail(self.stderr_file, lines), *texts])

    def wait_for_log(self, pattern, timeout=20, count=1):
        """Until this run's log holds `count` matches of the regular expression; returns the last match.
        Fails at once when the process ends without."""
        pattern = re.compile(pattern)

        def found():
            ended = not self.running  # asked first: what it wrote before its end must be seen
            matches = list(pattern.finditer(self.log))
            if len(matches) >= count:
                return matches[-1]
            assert not ended, f"rowferry ended with {self.status} before its log matched {pattern.pattern!r}:\n{self.log}"
            return None

        return wait_until(found, timeout, lambda: f"the log matches {pattern.pattern!r}:\n{self.log}")

    def wait_streaming(self, timeout=20):
        """Until it says that it streams; returns the rest of that line: the start position."""
        return self.wait_for_log(r"streaming from (.*)", timeout).group(1)

    def wait_catching(self, number=signal.SIGTERM, timeout=20):
        """Until the signal no longer ends it as the kernel would."""
        wait_until(lambda: process.catches(self.pid, number), timeout, lambda: f"signals are caught:\n{self.log}")

    def wait_exit(self, timeout=30):
        """Until it ends by itself; returns the exit status."""
        wait_until(lambda: not self.running, timeout, lambda: f"rowferry has ended:\n{self.log[-4000:]}")
        return self.status

    def signal(self, number):
        self._child.send_signal(number)

    def sigterm(self):
        self.signal(signal.SIGTERM)

    def stop(self, timeout=30):
        """A clean stop, which must succeed. A process that has just begun is waited for: before it has a handler the kernel
        ends it."""
        self.wait_catching()
        self.sigterm()
        status = self.wait_exit(timeout)
        assert status == 0, f"rowferry ended with {status} after SIGTERM:\n{self.log[-4000:]}"

    def kill(self):
        """kill -9; returns when it is gone. Fails if it had ended before."""
        assert self.running, f"rowferry ended with {self.status} by itself:\n{self.log[-4000:]}"
        self._child.kill()
        self._child.wait(30)

    def close(self):
        """At the end of a test, whatever the state."""
        if self.running:
            self._child.kill()
        if self._child is not None:
            self._child.wait(30)

    def cpu_seconds(self):
        return process.cpu_seconds(self.pid)

    def memory_bytes(self):
        return process.memory_bytes(self.pid)

    def peak_memory_bytes(self):
        return process.memory_bytes(self.pid, "VmHWM")

    @property
    def checkpoint_file(self):
        """Where the default checkpoint is: ./<name>.checkpoint."""
        return self.directory / f"{yaml.safe_load(self.config_file.read_text())['name']}.checkpoint"
