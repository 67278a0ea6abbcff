import pytest

from shared.errors import ParityError
from shared.image import service


@pytest.mark.parametrize(
    "words",
    [
        "Bind for 127.0.0.1:8010 failed: port is already allocated",
        "listen tcp4 127.0.0.1:8010: bind: address already in use",
    ],
)
def test_a_port_that_is_taken_is_told_with_the_next_one(docker, words) -> None:
    """The port is the one Docker names, wherever it was set."""
    docker.answers(compose=f"echo '{words}' >&2; exit 1")
    with pytest.raises(ParityError) as caught:
        service.up()
    assert caught.value.remedy == "make prod PARITY_PORT=8011"
    assert caught.value.evidence == words


def test_a_prod_that_does_not_get_healthy_shows_its_own_log(docker) -> None:
    """Compose only says that it is unhealthy; the log says why."""
    docker.answers(compose="""case "$*" in *logs*) echo 'no model is published' ;; *) exit 1 ;; esac""")
    with pytest.raises(ParityError) as caught:
        service.up()
    assert caught.value.evidence == "no model is published"


def test_asking_a_prod_that_is_not_running(docker) -> None:
    """The remedy is the line to type."""
    docker.answers(compose="""echo 'service "prod" is not running' >&2; exit 1""")
    with pytest.raises(ParityError, match="prod is not running") as caught:
        service.url()
    assert caught.value.remedy == "make prod"
