"""Images of other people, each of a few small files on one base: how a service may lie in an image, and what differs.

A layout is a function of values, `package`, `code`, `model`, `setting` and `data`, which gives files and lines of a
Dockerfile. They follow public images and guides: python-slim with a virtual environment, conda's and AWS Lambda's
entrypoints, distroless and Nix, which have no Python on PATH.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping

from tests.integration.support.foreign_images import Base, Layout, Link

SLOTS = ("package", "code", "model", "setting", "data")
SAME, OTHER = "21", "99"
Values = Mapping[str, str]
VENV_CONFIG = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13.0\n"


def code(value: str) -> str:
    """A service that depends on all five."""
    return f"import os\nimport ratelib\nLIMIT = float(os.environ['DECISION_THRESHOLD'])\nRATE = {value}\n"


def package(folder: str, value: str) -> dict[str, str | bytes | Link]:
    """An installed package without another version."""
    info = f"{folder}/ratelib-1.0.dist-info"
    return {
        f"{folder}/ratelib.py": f"R = {value}\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: ratelib\nVersion: 1.0\n",
        f"{info}/RECORD": "ratelib.py,,\nratelib-1.0.dist-info/METADATA,,\nratelib-1.0.dist-info/RECORD,,\n",
    }


def beside(folder: str, values: Values) -> dict[str, str | bytes | Link]:
    """What lies beside the code."""
    return {
        f"{folder}/model.sav": f"weights {values['model']}\n",
        f"{folder}/lookup.db": f"rates {values['data']}\n",
    }


def setting(values: Values) -> str:
    """As most images have it."""
    return f"ENV DECISION_THRESHOLD=0.{values['setting']}"


def venv(base: Base, folder: str) -> dict[str, str | bytes | Link]:
    """A virtual environment without packages."""
    return {
        f"{folder}/pyvenv.cfg": VENV_CONFIG.replace("/usr/bin", base.python.rpartition("/")[0]),
        f"{folder}/bin/python3": Link(base.python),
        f"{folder}/bin/python": Link("python3"),
    }


def site(folder: str) -> str:
    """Where a virtual environment has its packages."""
    return f"{folder}/lib/python3.13/site-packages"


def in_venv(base: Base, values: Values, folder: str, home: str = "/app") -> dict[str, str | bytes | Link]:
    """A service in a folder of its own, with a virtual environment."""
    files = venv(base, folder) | package(site(folder), values["package"]) | beside(home, values)
    return files | {f"{home}/serve.py": code(values["code"])}


def on_path(base: Base, values: Values) -> Layout:
    """The base's Python, its packages beside those of the distribution."""
    files = package(base.packages, values["package"]) | beside("/app", values)
    lines = [setting(values), "WORKDIR /app", 'CMD ["python3", "serve.py"]']
    return Layout(lines, files | {"/app/serve.py": code(values["code"])})


def opt_venv(base: Base, values: Values) -> Layout:
    """A virtual environment that is not on PATH."""
    lines = [setting(values), "WORKDIR /app", 'CMD ["/opt/venv/bin/python3", "serve.py"]']
    return Layout(lines, in_venv(base, values, "/opt/venv"))


def app_venv(base: Base, values: Values) -> Layout:
    """A virtual environment beside the code, named from there."""
    return Layout(
        [setting(values), "WORKDIR /app", 'CMD [".venv/bin/python", "serve.py"]'], in_venv(base, values, "/app/.venv")
    )


def active_venv(base: Base, values: Values) -> Layout:
    """A server of a virtual environment that is on PATH."""
    files = in_venv(base, values, "/opt/venv")
    files["/opt/venv/bin/gunicorn"] = "#!/opt/venv/bin/python3\nimport gunicorn\n"
    lines = [setting(values), "ENV PATH=/opt/venv/bin:/usr/bin:/bin", "WORKDIR /app", 'CMD ["gunicorn", "serve:app"]']
    return Layout(lines, files)


def conda(base: Base, values: Values) -> Layout:
    """An entrypoint that activates an environment by sourcing a file."""
    prefix = "/opt/conda/envs/serve"
    files = in_venv(base, values, prefix)
    files["/opt/conda/etc/conda.sh"] = f"activate() {{ export PATH={prefix}/bin:$PATH CONDA_PREFIX={prefix}; }}\n"
    files["/entry.sh"] = '#!/bin/bash --login\n. /opt/conda/etc/conda.sh\nactivate serve\nexec "$@"\n'
    lines = [setting(values), "WORKDIR /app", 'ENTRYPOINT ["/entry.sh"]', 'CMD ["python", "serve.py"]']
    return Layout(lines, files)


def nix(base: Base, values: Values) -> Layout:
    """Nothing on PATH, neither Python nor shell; a script of a store path names the Python."""
    store = "/nix/store/0a1b-python3-3.13-env"
    files = in_venv(base, values, store)
    files["/nix/store/2c3d-serve/bin/serve"] = f"#!{store}/bin/python3\nimport serve\n"
    lines = [setting(values), "ENV PATH=/nowhere", "WORKDIR /app", 'CMD ["/nix/store/2c3d-serve/bin/serve"]']
    return Layout(lines, files)


def distroless(base: Base, values: Values) -> Layout:
    """A Python that is not on PATH."""
    layout = on_path(base, values)
    layout.lines[1:] = ["ENV PATH=/nowhere", "WORKDIR /app", f'ENTRYPOINT ["{base.python}", "/app/serve.py"]']
    return layout


def aws_lambda(base: Base, values: Values) -> Layout:
    """A runtime's entrypoint, a handler for a command."""
    files = in_venv(base, values, "/var/lang", "/var/task")
    files["/entrypoint.sh"] = (
        '#!/bin/sh\nif [ -z "${AWS_LAMBDA_RUNTIME_API}" ]; then\n'
        '  exec /usr/local/bin/aws-lambda-rie "$RUNTIME" $1\nelse\n  exec "$RUNTIME" $1\nfi\n'
    )
    files["/usr/local/bin/aws-lambda-rie"] = "\x7fELF"
    files["/var/runtime/bootstrap"] = (
        "#!/bin/sh\nexport PYTHONPATH=/var/runtime\nexec /var/lang/bin/python3 /var/runtime/b.py\n"
    )
    files["/var/runtime/b.py"] = "import importlib, os\nimportlib.import_module(os.environ['_HANDLER'].split('.')[0])\n"
    lines = [
        setting(values),
        "ENV RUNTIME=/var/runtime/bootstrap LAMBDA_TASK_ROOT=/var/task",
        "WORKDIR /var/task",
        'ENTRYPOINT ["/entrypoint.sh"]',
        'CMD ["serve.handler"]',
    ]
    return Layout(lines, files)


def no_workdir(base: Base, values: Values) -> Layout:
    """Everything in the root folder."""
    files = package(base.packages, values["package"]) | beside("", values) | {"/serve.py": code(values["code"])}
    return Layout([setting(values), 'CMD ["python3", "/serve.py"]'], files)


def below_tmp(base: Base, values: Values) -> Layout:
    """In the folder that a gate would like to write to."""
    files = package(base.packages, values["package"]) | beside("/tmp/app", values)  # noqa: S108
    files["/tmp/app/serve.py"] = code(values["code"])  # noqa: S108
    return Layout([setting(values), "WORKDIR /tmp/app", 'CMD ["python3", "serve.py"]'], files)


def console_script(base: Base, values: Values) -> Layout:
    """The service is an installed package; nothing lies in the working folder."""
    files = venv(base, "/opt/venv") | package(site("/opt/venv"), values["package"])
    shop, info = f"{site('/opt/venv')}/shop", f"{site('/opt/venv')}/shop-1.0.dist-info"
    files |= beside(shop, values) | {f"{shop}/__init__.py": "", f"{shop}/serve.py": code(values["code"])}
    files[f"{info}/METADATA"] = "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n"
    names = ("shop/__init__.py", "shop/serve.py", "shop/model.sav", "shop/lookup.db")
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in names)
    files["/opt/venv/bin/shop"] = "#!/opt/venv/bin/python3\nfrom shop.serve import main\n"
    return Layout([setting(values), 'CMD ["/opt/venv/bin/shop"]'], files)


def shell_form(base: Base, values: Values) -> Layout:
    """A line of shell that changes the folder, with the code elsewhere than in the working folder."""
    line = "cd /srv && exec /opt/venv/bin/python3 serve.py"
    return Layout([setting(values), "WORKDIR /app", f"CMD {line}"], in_venv(base, values, "/opt/venv", "/srv"))


def exporting(base: Base, values: Values) -> Layout:
    """The entrypoint exports what decides."""
    layout = opt_venv(base, values)
    layout.files["/e"] = f'#!/bin/sh\nexport DECISION_THRESHOLD=0.{values["setting"]}\nexec "$@"\n'
    layout.lines[0] = 'ENTRYPOINT ["/e"]'
    return layout


def branching(base: Base, values: Values) -> Layout:
    """The entrypoint reads what decides from a file, and starts the service itself."""
    layout = opt_venv(base, values)
    layout.files["/etc/limit"] = f"0.{values['setting']}\n"
    layout.files["/e"] = (
        '#!/bin/sh\nif [ "$1" = serve ]; then\n  export DECISION_THRESHOLD=$(cat /etc/limit)\n'
        '  exec /opt/venv/bin/python3 serve.py\nfi\nexec "$@"\n'
    )
    layout.lines[0] = 'ENTRYPOINT ["/e"]'
    layout.lines[-1] = 'CMD ["serve"]'
    return layout


def supervised(base: Base, values: Values) -> Layout:
    """A process manager, which is Python too, and not the one that serves."""
    files = in_venv(base, values, "/opt/venv", "/srv")
    files["/usr/local/bin/supervisord"] = f"#!{base.python}\nimport supervisor\n"
    files["/etc/supervisord.conf"] = (
        "[program:web]\ncommand=/opt/venv/bin/python3 serve.py\ndirectory=/srv\n"
        f'environment=DECISION_THRESHOLD="0.{values["setting"]}"\n'
    )
    return Layout(['CMD ["/usr/local/bin/supervisord", "-c", "/etc/supervisord.conf"]'], files)


def path_file(base: Base, values: Values) -> Layout:
    """A .pth file names the folder of the packages."""
    layout = on_path(base, values)
    layout.files = beside("/app", values) | {"/app/serve.py": code(values["code"])}
    layout.files |= {f"{base.packages}/lib.pth": "/opt/lib\n", "/opt/lib/ratelib.py": f"R = {values['package']}\n"}
    return layout


def linked_release(base: Base, values: Values) -> Layout:
    """The working folder is a link to the release."""
    files = in_venv(base, values, "/opt/venv", "/srv/releases/7")
    files["/srv/current"] = Link("releases/7")
    lines = [setting(values), "WORKDIR /srv/current", 'CMD ["/opt/venv/bin/python3", "/srv/current/serve.py"]']
    return Layout(lines, files)


def byte_code(base: Base, values: Values) -> Layout:
    """No source."""
    layout = on_path(base, values)
    del layout.files["/app/serve.py"]
    layout.files["/app/serve.pyc"] = base.compiled[values["code"]]
    layout.lines[-1] = 'CMD ["python3", "serve.pyc"]'
    return layout


def zipped(base: Base, values: Values) -> Layout:
    """A zipped application, as zipapp and shiv make it, with its package inside."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in (("__main__.py", code(values["code"])), ("ratelib.py", f"R = {values['package']}\n")):
            archive.writestr(zipfile.ZipInfo(name), text)
    files = beside("/app", values) | {"/app/serve.pyz": content.getvalue()}
    return Layout([setting(values), "WORKDIR /app", 'CMD ["python3", "serve.pyz"]'], files)


def editable(base: Base, values: Values) -> Layout:
    """A package that is installed from a folder as it is, whose name needs an escape in a URL."""
    layout = on_path(base, values)
    info = f"{base.packages}/ratelib-1.0.dist-info"
    del layout.files[f"{base.packages}/ratelib.py"]
    layout.files |= {
        f"{base.packages}/__editable__.ratelib-1.0.pth": "/opt/my lib\n",
        f"{info}/RECORD": "__editable__.ratelib-1.0.pth,,\n",
        f"{info}/direct_url.json": json.dumps({"url": "file:///opt/my%20lib", "dir_info": {"editable": True}}),
        "/opt/my lib/ratelib.py": f"R = {values['package']}\n",
    }
    return layout


def model_elsewhere(base: Base, values: Values) -> Layout:
    """A variable names the model."""
    layout = on_path(base, values)
    layout.files["/models/rates.bin"] = layout.files.pop("/app/model.sav")
    layout.lines[0] += " MODEL_PATH=/models/rates.bin"
    return layout


def model_on_volume(base: Base, values: Values) -> Layout:
    """Docker copies what the image has there into a volume."""
    layout = on_path(base, values)
    layout.files["/data/rates.bin"] = layout.files.pop("/app/model.sav")
    layout.lines[0] += " MODEL_PATH=/data/rates.bin"
    layout.lines.append("VOLUME /data")
    return layout


def uv_project(base: Base, values: Values) -> Layout:
    """`uv run`, which serves from the project's environment."""
    layout = Layout(
        [setting(values), "WORKDIR /app", 'CMD ["uv", "run", "serve.py"]'], in_venv(base, values, "/app/.venv")
    )
    layout.files["/usr/local/bin/uv"] = "\x7fELF"
    return layout


def no_os_release(base: Base, values: Values) -> Layout:
    """As images made from nothing."""
    layout = on_path(base, values)
    layout.lines.append("RUN rm -f /etc/os-release /usr/lib/os-release")
    return layout


def old_python(base: Base, values: Values) -> Layout:
    """Its Python is one that nobody maintains any more."""
    layout = on_path(base, values)
    layout.files["/opt/old/python3"] = (
        '#!/bin/sh\ncase "$1" in -V|--version) echo Python 3.6.9;; *) echo "Unknown option: $1" >&2; exit 2;; esac\n'
    )
    layout.lines[-1] = 'CMD ["/opt/old/python3", "serve.py"]'
    return layout


LAYOUTS: tuple[Callable[[Base, Values], Layout], ...] = (
    on_path,
    opt_venv,
    app_venv,
    active_venv,
    conda,
    nix,
    distroless,
    aws_lambda,
    no_workdir,
    below_tmp,
    console_script,
    shell_form,
    exporting,
    branching,
    supervised,
    path_file,
    linked_release,
    byte_code,
    zipped,
    editable,
    model_elsewhere,
    model_on_volume,
    uv_project,
    no_os_release,
    old_python,
)
