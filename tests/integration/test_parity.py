"""Dev and prod: one image, one model, the same answers."""

import docker

from tests.lab.sandbox import Prod, Sandbox


def test_dev_and_prod_run_one_image(trained: Sandbox, prod: Prod, engine: docker.DockerClient) -> None:
    """`docker inspect` shows the same image ID for both, and the passport names it."""
    name = f"{trained.name}-inspected"
    trained.dev("true", options=("--name", name))
    container = engine.containers.get(name)
    dev = container.attrs["Image"]
    container.remove()
    assert engine.containers.get(prod.container).attrs["Image"] == dev
    with prod.client() as client:
        assert client.get("/model").json()["image"]["id"] == dev


def test_prod_gives_the_golden_answers(prod: Prod) -> None:
    """Over HTTP, each golden request gets the answer that training recorded, to the last bit."""
    with prod.client() as client:
        golden = client.get("/model").json()["golden"]
        answer = client.post("/predict", json={"instances": golden["requests"]}).json()
    got = [prediction["late_probability"] for prediction in answer["predictions"]]
    assert got == [score for (score,) in golden["scores"]]
