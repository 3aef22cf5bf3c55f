"""How much memory `hornbook serve` holds after ten rebuilds and after a thousand.

    python3 benches/memory.py target/release/hornbook --lessons 1000

Ends with 1 if it has grown by more than a tenth.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile

from course import Course, Hornbook
from serve import save


def resident(process):
    """Kilobytes, from /proc."""
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def event(process, name):
    for line in process.stdout:
        found = json.loads(line)
        if found["event"] == name:
            return found
    sys.exit("the server has ended")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("hornbook")
    arguments.add_argument("--lessons", type=int, default=1000)
    arguments.add_argument("--rebuilds", type=int, default=1000)
    chosen = arguments.parse_args()
    numbers = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        site = Hornbook(chosen.hornbook, folder, Course(chosen.lessons))
        site.lay_out()
        command = [*site.command(0), "--json"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            event(server, "ready")
            after = {}
            for rebuild in range(1, chosen.rebuilds + 1):
                number = numbers.randrange(chosen.lessons)
                save(site.file(number), site.text(number, f"mark-{rebuild}"))
                event(server, "built")
                if rebuild in (10, 100, chosen.rebuilds):
                    after[rebuild] = resident(server)
                    print(f"after {rebuild} rebuilds: {after[rebuild] / 1024:.1f} MiB", flush=True)
        finally:
            server.terminate()
            server.wait()
    growth = after[chosen.rebuilds] / after[10] - 1
    print(f"growth: {growth:.1%}")
    sys.exit(growth > 0.1)


if __name__ == "__main__":
    main()
