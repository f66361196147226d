"""A run killed again and again ends in the bytes of an unbroken one: ``python -m tests.benchmarks.kills --kills 20``.

The command is killed (SIGKILL, with its workers left to themselves) at moments spread over its first seconds and over
the time that an unbroken run takes, and started anew in the same folder; then it is let finish.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.streams import Streams

#: What depends on clock and machine.
NOT_COMPARED = {"timing.json", "runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm"}


def command(scenario: str, out: Path, replications: int) -> list[str]:
    return [sys.executable, "-m", "sim", scenario, "--replications", str(replications), "--out", str(out), "--quiet",
            "--lang", "en"]  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in NOT_COMPARED)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def killed(words: list[str], after: float) -> bool:
    """Start a command and kill it after so many seconds; say whether it was still running."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--kills", type=int, default=20)
    chosen = options.parse_args()
    with TemporaryDirectory() as folder:
        unbroken, broken = Path(folder) / "unbroken", Path(folder) / "broken"
        begun = time.monotonic()
        subprocess.run(command(chosen.scenario, unbroken, chosen.replications), check=True, stdout=subprocess.DEVNULL)
        whole = time.monotonic() - begun
        waits = Streams(1).uniform("luck", "kills", chosen.kills) * 2.0 * whole / max(1, chosen.kills) + 1.0
        hits = sum(killed(command(chosen.scenario, broken, chosen.replications), float(wait)) for wait in waits)
        subprocess.run(command(chosen.scenario, broken, chosen.replications), check=True, stdout=subprocess.DEVNULL)
        one, other = digests(unbroken), digests(broken)
        differ = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        print(f"unbroken {whole:.0f} s; killed {hits} of {chosen.kills} times; {len(one)} files; differ: {differ or 'none'}")
        sys.exit(bool(differ))


if __name__ == "__main__":
    main()
