"""Builds Hornbook guided by a profile: the compiler is told by runs of the program which parts of it run often.

    python3 benches/guided.py            # needs `rustup component add llvm-tools`, or LLVM's own llvm-profdata

Three steps, as rustc's manual has them (profile-guided optimization): a program that counts, the builds that it counts, and
the same program once more with the counts. What it builds is the shipped course and the manual, and none of the lessons that
the comparisons measure. Prints where the program is.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target/guided"
# The sites that are built to be counted.
SITES = (ROOT, ROOT / "docs")


def guided():
    """Builds the program, and returns its path."""
    merge = find_profdata()
    with tempfile.TemporaryDirectory(prefix="guided-") as folder:
        counts, profile = Path(folder) / "counts", Path(folder) / "hornbook.profdata"
        run_all(build(f"-Cprofile-generate={counts}"), Path(folder))
        subprocess.run([merge, "merge", "-o", str(profile), str(counts)], check=True)
        return build(f"-Cprofile-use={profile}")


def build(flag):
    """The program, built with one flag more for rustc."""
    # The flags of the environment would be another program's.
    environment = {**os.environ, "RUSTFLAGS": flag, "CARGO_TARGET_DIR": str(TARGET)}
    subprocess.run(["cargo", "build", "--release", "--bin", "hornbook"], cwd=ROOT, check=True, env=environment)
    return TARGET / "release/hornbook"


def run_all(program, folder):
    """Does once what people do often: checks, builds, builds again."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    for site in SITES:
        out = folder / "out" / site.name
        for command in (["check", site], ["build", site, "--out", out], ["build", site, "--out", out]):
            subprocess.run([program, *command], check=True, env=environment, stdout=subprocess.DEVNULL)


def find_profdata():
    """The `llvm-profdata` that reads what this rustc's programs count."""
    told = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = re.search(r"^host: (.+)$", told, re.MULTILINE)[1]
    major = re.search(r"^LLVM version: (\d+)", told, re.MULTILINE)[1]
    root = subprocess.run(["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True).stdout.strip()
    own = Path(root) / "lib/rustlib" / host / "bin" / "llvm-profdata"
    found = shutil.which(own) or shutil.which(f"llvm-profdata-{major}")
    if not found:
        sys.exit(f"there is no llvm-profdata of LLVM {major}: `rustup component add llvm-tools` brings it")
    return found


if __name__ == "__main__":
    print(guided())
