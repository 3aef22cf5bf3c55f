"""Runs a command and prints what it took, as one line of JSON: seconds, seconds of the processor, bytes of memory.

    python3 -I -S benches/measured.py COMMAND...

It is a program of its own and loads next to nothing, because a process that has just been started counts what its parent
held as memory of its own. `least` is that much: a command may have needed less.
"""

import os
import resource
import sys
import time

# What getrusage counts memory in.
UNIT = 1 if sys.platform == "darwin" else 1024


def main():
    command = sys.argv[1:]
    to_nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begin = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=to_nowhere)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begin
    processor = usage.ru_utime + usage.ru_stime
    memory, least = usage.ru_maxrss * UNIT, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
    print(f'{{"seconds": {seconds}, "processor": {processor}, "memory": {memory}, "least": {least}}}')
    sys.exit(status != 0)


main()
