"""The README's five-minute tour, word for word: every block between the builds and the end, in one shell."""

import os
import pathlib
import re
import shlex
import subprocess

from harness.service import CHECKOUT

BINARY = shlex.split(os.environ.get("ROWFERRY_BIN") or str(CHECKOUT / "build" / "release" / "rowferry"))
DOCUMENTED = {"mysql": "33306", "kafka": "39092"}
# What differs from run to run.
VARYING = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "TIME"),
    (r"binlog\.\d+:\d+", "PLACE"),
    (r'\\"(file|pos|ts_us)\\":(\\"binlog\.)?\d+', r"\1"),
    (r"UUID:\d+(-\d+)?", "GTID"),
    (r"\d+ transactions", "N transactions"),
    (r"retried for \d+ s", "SECONDS"),
    (r"wait for delivery.*", "wait for delivery"),
    (r"server id \d+", "server id"),
    (r"MySQL [\d.-]+", "MySQL"),
    (r"pid +\d+", "pid"),
]


def normal(text):
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text


def tour():
    """(command block, expected lines) in order; the blocks that build and start are the fixtures' work."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    tour_text = text[text.index("## Five minutes") : text.index("## What is there")]
    blocks = re.findall(r"^```(sh)?\n(.*?)^```$", tour_text, re.MULTILINE | re.DOTALL)
    steps = []
    for language, body in blocks:
        if language == "sh":
            steps.append((body, []))
        else:
            steps[-1][1].extend(body.splitlines())
    return [step for step in steps if "scripts/setup" not in step[0]]


def test_tour_works_word_for_word(make_mysql, make_kafka, tmp_path):
    mysql, kafka = make_mysql(), make_kafka()
    (tmp_path / "build" / "release").mkdir(parents=True)
    wrapper = tmp_path / "build" / "release" / "rowferry"
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(BINARY)} "$@"\n')
    wrapper.chmod(0o755)
    for folder in ("examples", "testdata"):
        (tmp_path / folder).symlink_to(CHECKOUT / folder)
    (tmp_path / "scripts").mkdir()
    services = tmp_path / "scripts" / "services"
    services.write_text(f'#!/bin/sh\nexec {CHECKOUT}/scripts/services --dir {kafka.directory} "$@"\n')
    services.chmod(0o755)
    environment = {**os.environ, "ROWFERRY_KAFKA_PORT": str(kafka.port)}

    steps = tour()
    script = "".join(f"{commands}\necho '=== end of step' >&3\n" for commands, _ in steps)
    for name, port in (("mysql", mysql.port), ("kafka", kafka.port)):
        script = script.replace(DOCUMENTED[name], str(port))
    done = subprocess.run(
        ["bash", "-u", "-c", f"exec 3>&1\n{script}"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    outputs = done.stdout.split("=== end of step\n")[:-1]
    assert len(outputs) == len(steps), done.stdout
    for (commands, expected), output in zip(steps, outputs):
        for port, documented in ((mysql.port, DOCUMENTED["mysql"]), (kafka.port, DOCUMENTED["kafka"])):
            output = re.sub(rf"(?<!\d){port}(?!\d)", documented, output)
        printed = [normal(line) for line in output.splitlines()]
        for line in expected:
            assert normal(line) in printed, f"{commands}\nprinted:\n{output}"
