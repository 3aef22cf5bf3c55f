"""Runs a command and prints what it took, as one line of JSON: seconds, seconds of the processor, bytes of memory.

    python3 -I -S benches/measured.py COMMAND...

It is a program of its own and loads next to nothing, because a process that has just been started counts what its parent
held as memory of its own. `least` is that much, where the system tells: the command may have needed less.
"""

import os
import sys
import time

# What getrusage counts memory in.
UNIT = 1 if sys.platform == "darwin" else 1024


def held():
    """The most memory that this process has held so far, and not those before it."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def main():
    command = sys.argv[1:]
    to_nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    least = held()
    begin = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=to_nowhere)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begin
    processor, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * UNIT
    print(f'{{"seconds": {seconds}, "processor": {processor}, "memory": {memory}, "least": {least}}}')
    sys.exit(status != 0)


main()
