"""How much memory `hornbook serve` holds after ten rebuilds and after a thousand.

    python3 benches/memory.py --lessons 1000

Ends with 1 if it has grown by more than a tenth.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import Built, Hornbook, default_folder
from serve import edited, memory, save


def event(process, name):
    for line in process.stdout:
        found = json.loads(line)
        if found["event"] == name:
            return found
    sys.exit("the server has ended")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lessons", type=int, default=1000)
    arguments.add_argument("--rebuilds", type=int, default=1000)
    arguments.add_argument("--folder", type=Path, default=default_folder(), help="where the lessons are written")
    chosen = arguments.parse_args()
    built = Built()
    site = Hornbook(built.hornbook)
    numbers = random.Random(1)
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="memory-") as folder:
        built.lay_out(site, Path(folder), chosen.lessons, everything=True)
        lessons = site.lessons(Path(folder))
        command = [*site.serve(folder, 0), "--json"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            event(server, "ready")
            after = {}
            for rebuild in range(1, chosen.rebuilds + 1):
                path = numbers.choice(lessons)
                save(path, edited(path, rebuild)[0])
                event(server, "built")
                if rebuild in (10, 100, chosen.rebuilds):
                    after[rebuild] = memory(server)["VmRSS"]
                    print(f"after {rebuild} rebuilds: {after[rebuild] / 1e6:.1f} MB", flush=True)
        finally:
            server.terminate()
            server.wait()
    growth = after[chosen.rebuilds] / after[10] - 1
    print(f"growth: {growth:.1%}")
    sys.exit(growth > 0.1)


if __name__ == "__main__":
    main()
