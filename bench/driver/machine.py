"""What the figures were taken on."""

import os
import platform
import subprocess
from pathlib import Path


def manifest() -> dict:
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    java = subprocess.run(["java", "-version"], stderr=subprocess.PIPE, text=True).stderr.splitlines()[:1]
    return {"cores": os.cpu_count(), "cpu": cpu, "memory_mb": memory, "kernel": platform.release(), "java": "".join(java),
            "nice": os.nice(0), "policy": {os.SCHED_OTHER: "other", os.SCHED_IDLE: "idle"}.get(os.sched_getscheduler(0), "real-time")}
