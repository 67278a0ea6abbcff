# Given to Python with -c, so that nothing need be written; standard input holds files, as `boot.py` packs them.
# Any Python can read this far: it is the one that says whether a Python is new enough.
import sys

if sys.version_info < (3, 8):
    sys.exit("it is Python %d.%d" % sys.version_info[:2])
import os

for place in ("/.parity", os.environ.get("TMPDIR") or "/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108
    unpacked = os.path.join(place, "parity-" + os.urandom(8).hex())  # a folder of our own
    try:
        os.mkdir(unpacked, 0o700)
        break
    except OSError:  # read-only throughout; in a container shared memory is not
        continue
else:
    sys.exit("there is no folder that can be written, not even /dev/shm")
try:
    for line in iter(sys.stdin.buffer.readline, b""):  # before each file, its size and its name
        size, name = os.fsdecode(line[:-1]).split(" ", 1)
        target = os.path.join(unpacked, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(sys.stdin.buffer.read(int(size)))
    sys.path.insert(0, unpacked)
    from inside import program  # type: ignore[import-not-found]  # unpacked just now

    program.main(unpacked)
finally:
    for where, _, names in os.walk(unpacked, topdown=False):
        for name in names:
            os.remove(os.path.join(where, name))
        os.rmdir(where)
