"""What a process inside prod cannot do, tried from inside, and the limits that the engine holds it to.

After the OWASP Docker security cheat sheet and section 5 of the CIS Docker benchmark, where they are about a container.
"""

import socket
import subprocess

import docker
import pytest

from tests.lab.assets import product
from tests.lab.sandbox import Prod

CALL = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
assert libc.{call} == -1, "it is allowed"
raise SystemExit(errno.errorcode[ctypes.get_errno()])
"""
CONNECT = "import socket; socket.create_connection(({address!r}, 443), timeout=3)"
TRIES = {
    "trace another process": CALL.format(call="ptrace(16, 1, 0, 0)"),
    "read another process": CALL.format(call="process_vm_readv(1, None, 0, None, 0, 0)"),
    "have a user namespace": CALL.format(call="unshare(0x10000000)"),
    "mount": CALL.format(call="mount(b'none', b'/tmp', b'tmpfs', 0, None)"),
    "be root": CALL.format(call="setuid(0)"),
    "take raw packets": "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "talk to the kernel": "import socket; socket.socket(16, socket.SOCK_RAW, 9)",
    "make a device": "import os; os.mknod('/tmp/mem', 0o20600, os.makedev(1, 1))",
    "change its code": "open('/app/prod/app.py', 'a')",
    "change the model": "open('/artifacts/models/current/model.skops', 'a')",
    "dump core": "import resource; resource.setrlimit(resource.RLIMIT_CORE, (1, 1))",
    "open files without end": "kept = [open('/dev/null') for _ in range(5000)]",
    "find a name elsewhere": "import socket; socket.getaddrinfo('pypi.org', 443)",
}


MISTAKES = ("SyntaxError", "NameError", "AttributeError", "it is allowed")


def inside(container: str, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a container."""
    command = ["docker", "exec", "--interactive", container, "python3", "-"]
    return subprocess.run(command, input=program, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("program", TRIES.values(), ids=TRIES.keys())
def test_from_inside_it_cannot(prod: Prod, program: str) -> None:
    """The program fails, and not for a fault of its own."""
    done = inside(prod.container, program)
    assert done.returncode != 0
    assert not any(
        mistake in done.stderr for mistake in ("SyntaxError", "NameError", "AttributeError", "it is allowed")
    )


def test_from_inside_it_cannot_reach_the_internet(prod: Prod) -> None:
    """Where a container without this network can."""
    try:
        address = socket.gethostbyname("pypi.org")
    except OSError:
        pytest.skip("this machine knows no name")
    program = CONNECT.format(address=address)
    control = ["docker", "run", "--rm", "--interactive", product(), "python3", "-c", program]
    if subprocess.run(control, capture_output=True, timeout=60).returncode:
        pytest.skip("no container reaches the internet here")
    assert "timed out" in inside(prod.container, program).stderr


def test_the_engine_holds_it_to_limits(prod: Prod, engine: docker.DockerClient) -> None:
    """Memory, processes, processor time, files; no capability, no privilege, nothing of the host's."""
    host = engine.api.inspect_container(prod.container)["HostConfig"]
    assert host["Memory"] == 1 << 30
    assert host["PidsLimit"] == 256
    assert (host["CpuQuota"], host["CpuPeriod"]) == (200_000, 100_000)
    assert {each["Name"]: each["Hard"] for each in host["Ulimits"]} == {"core": 0, "nofile": 4096}
    assert (host["CapAdd"] or [], host["CapDrop"]) == ([], ["ALL"])
    assert host["ReadonlyRootfs"]
    assert not host["Privileged"]
    assert not any(host[name] for name in ("PidMode", "UTSMode", "Devices", "UsernsMode"))
    assert host["IpcMode"] in ("private", "shareable", "")
    assert "no-new-privileges:true" in host["SecurityOpt"]
    (profile,) = [option for option in host["SecurityOpt"] if option.startswith("seccomp")]
    assert "SCMP_ACT_ERRNO" in profile
