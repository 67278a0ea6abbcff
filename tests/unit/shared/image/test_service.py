import json
import socket

import pytest

from shared.errors import ParityError
from shared.image.service import MLFLOW, PROD


@pytest.mark.parametrize(
    ("service", "words", "remedy"),
    [
        (PROD, "Bind for 127.0.0.1:8010 failed: port is already allocated", "make prod PARITY_PORT=8011"),
        (PROD, "listen tcp4 127.0.0.1:8010: bind: address already in use", "make prod PARITY_PORT=8011"),
        (MLFLOW, "listen tcp4 127.0.0.1:5000: bind: address already in use", "make mlflow PARITY_MLFLOW_PORT=5001"),
        (MLFLOW, "ports are not available", "make mlflow PARITY_MLFLOW_PORT=5001"),
    ],
)
def test_a_port_that_is_taken_is_reported_with_the_next_one(docker, service, words, remedy) -> None:
    """The port is the one Docker names, wherever it was set."""
    docker.answers(compose=f"echo '{words}' >&2; exit 1")
    with pytest.raises(ParityError) as caught:
        service.up()
    assert caught.value.remedy == remedy
    assert caught.value.evidence == words


@pytest.mark.parametrize("words", ["Invalid hostPort: x", "error decoding 'ports': invalid hostPort: 99999"])
def test_what_is_not_a_port_is_reported_with_one(docker, words) -> None:
    """Compose words it differently in every version, and not where it was set."""
    docker.answers(compose=f'echo "{words}" >&2; exit 1')
    with pytest.raises(ParityError, match="PARITY_PORT is not a port") as caught:
        PROD.up()
    assert caught.value.evidence == words
    assert caught.value.remedy == "make prod PARITY_PORT=8001"


def test_a_service_that_does_not_get_healthy_shows_its_own_log(docker) -> None:
    """Compose only says that it is unhealthy; the log says why, without codes for a terminal."""
    log = r"*logs*) printf '\033[2Kno model is published\n' ;;"
    docker.answers(compose=f"""case "$*" in {log} *" up "*) exit 1 ;; *config*) echo '{FREE}' ;; esac""")
    with pytest.raises(ParityError, match="prod did not become healthy") as caught:
        PROD.up()
    assert caught.value.evidence == "no model is published"


def test_why_a_program_refused_is_shown_as_it_puts_it(docker) -> None:
    """What, evidence and remedy, without the lines for machines before."""
    refusal = r"error: it is damaged\n  evidence: a hash\n  remedy:   make dev"
    log = rf"*logs*) printf '{{}}\n{refusal}\n' ;;"
    docker.answers(compose=f"""case "$*" in {log} *" up "*) exit 1 ;; *config*) echo '{FREE}' ;; esac""")
    with pytest.raises(ParityError, match="prod does not start: it is damaged") as caught:
        PROD.up()
    assert (caught.value.evidence, caught.value.remedy) == ("a hash", "make dev")


def test_a_service_that_fails_again_and_again_shows_it_once(docker) -> None:
    """What its first start said in prose, without the lines for machines around it."""
    printed = r"{\"level\": 1}\nerror: the model is damaged\n  evidence: a\n  remedy:   b\n"
    log = f"""*logs*) printf '{printed}{printed}' ;;"""
    docker.answers(compose=f"""case "$*" in {log} *" up "*) exit 1 ;; *config*) echo '{FREE}' ;; esac""")
    with pytest.raises(ParityError, match="prod does not start: the model is damaged") as caught:
        PROD.up()
    assert (caught.value.evidence, caught.value.remedy) == ("a", "b")


def test_asking_a_service_that_is_not_running(docker) -> None:
    """The remedy is the line to type."""
    docker.answers(compose="""echo 'service "prod" is not running' >&2; exit 1""")
    with pytest.raises(ParityError, match="prod is not running") as caught:
        PROD.url()
    assert caught.value.remedy == "make prod"


def test_only_what_is_named_is_started(docker) -> None:
    """`up` without names would train a model, too."""
    docker.answers(compose=composed(MLFLOW, 5000, running=5000))
    assert MLFLOW.up() == "http://127.0.0.1:5000"
    (up,) = (asked for asked in docker.asked() if " up " in asked)
    assert up == "compose --file compose.dev.yml --profile tracking up --detach --wait mlflow recorder"


def test_what_runs_is_not_taken_down_for_a_port_that_it_will_not_get(docker, listener) -> None:
    """Compose would first stop it, and then fail."""
    docker.answers(compose=composed(PROD, listener, running=8000))
    with pytest.raises(ParityError, match="something else already listens on prod's port") as caught:
        PROD.up()
    assert caught.value.remedy == f"make prod PARITY_PORT={listener + 1}"
    assert not [asked for asked in docker.asked() if " up " in asked]


def test_its_own_port_is_free(docker, listener) -> None:
    """It listens there itself, and is only started anew."""
    docker.answers(compose=composed(PROD, listener, running=listener))
    assert PROD.up() == f"http://127.0.0.1:{listener}"


@pytest.fixture
def listener():
    """A port on which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


FREE = '{"services": {"prod": {"ports": [{"published": "0"}]}}}'


def composed(service, port: int, running: int) -> str:
    """Compose with a service that is to publish a port, and runs on one."""
    config = json.dumps({"services": {service.name: {"ports": [{"published": str(port)}]}}})
    return f"""case "$*" in *config*) echo '{config}' ;; *" port "*) echo 127.0.0.1:{running} ;; esac"""
