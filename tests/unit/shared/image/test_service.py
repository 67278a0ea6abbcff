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
def test_a_port_that_is_taken_is_told_with_the_next_one(docker, service, words, remedy) -> None:
    """The port is the one Docker names, wherever it was set."""
    docker.answers(compose=f"echo '{words}' >&2; exit 1")
    with pytest.raises(ParityError) as caught:
        service.up()
    assert caught.value.remedy == remedy
    assert caught.value.evidence == words


def test_a_service_that_does_not_get_healthy_shows_its_own_log(docker) -> None:
    """Compose only says that it is unhealthy; the log says why, without codes for a terminal."""
    docker.answers(compose="""case "$*" in *logs*) printf '\\033[2Kno model is published\\n' ;; *) exit 1 ;; esac""")
    with pytest.raises(ParityError, match="prod did not become healthy") as caught:
        PROD.up()
    assert caught.value.evidence == "no model is published"


def test_asking_a_service_that_is_not_running(docker) -> None:
    """The remedy is the line to type."""
    docker.answers(compose="""echo 'service "prod" is not running' >&2; exit 1""")
    with pytest.raises(ParityError, match="prod is not running") as caught:
        PROD.url()
    assert caught.value.remedy == "make prod"


def test_only_what_is_named_is_started(docker) -> None:
    """`up` without names would train a model, too."""
    docker.answers(compose='case "$*" in *port*) echo 127.0.0.1:5000 ;; esac')
    assert MLFLOW.up() == "http://127.0.0.1:5000"
    (up, _) = docker.asked()
    assert up == "compose --file compose.dev.yml --profile tracking up --detach --wait mlflow recorder"
