"""Record every model folder as exactly one run of MLflow, and as a version of one registered model."""

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, LifecycleStage, Metric, Param, Run, ViewType
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode

from dev.tracking import facts, folders, plots
from shared.names import REGISTERED_MODEL as NAME
from shared.passport import CURRENT

EXPERIMENT = "0"
"""The experiment `Default`, which every server has: the address of its page is known before the first run."""
FINISHED = "FINISHED"


class RunRecorder:
    """Brings the server at MLFLOW_TRACKING_URI up to date with a folder of models.

    Runs are found by their tag, so the recorder may be killed and started again at any moment: it finishes a run
    that it had begun, and records none twice.
    """

    def __init__(self, models: Path) -> None:
        self._models, self._client = models, MlflowClient()
        self._recorded: set[str] = set()
        self._current: str | None = None

    def follow(self) -> Iterator[str]:
        """Record what is new; yields lines that say what was done.

        Raises:
            MlflowException: the server does not answer, or refuses; the next call continues.
        """
        if self._client.get_experiment(EXPERIMENT).lifecycle_stage != LifecycleStage.ACTIVE:
            self._client.restore_experiment(EXPERIMENT)
            yield f"restored experiment {EXPERIMENT}, which was deleted: models are recorded there"
        for passport in folders.whole(self._models, besides=self._recorded):
            version = passport["version"]
            if self._record(passport):
                yield f"recorded {version}"
            self._recorded.add(version)
        published = folders.published(self._models)
        if published != self._current and published in self._recorded:
            registered = self._registered(published)
            if registered:
                self._client.set_registered_model_alias(NAME, CURRENT, registered.version)
                yield f"{CURRENT} is {published}, version {registered.version} of {NAME}"
            self._current = published

    def _record(self, passport: dict[str, Any]) -> bool:
        """Returns whether there was anything to do."""
        run = self._find(passport["version"])
        if run and run.info.status == FINISHED:
            return False
        time = int(dt.datetime.fromisoformat(passport["created"]).timestamp() * 1000)
        if not run:
            self._name()
            tags = facts.tags(passport)
            run = self._client.create_run(EXPERIMENT, start_time=time, tags=tags, run_name=passport["version"])
        identity = run.info.run_id
        self._client.log_batch(
            identity,
            metrics=[Metric(name, value, time, 0) for name, value in facts.metrics(passport).items()],
            params=[Param(name, value) for name, value in facts.parameters(passport).items()],
        )
        self._client.log_inputs(identity, [DatasetInput(_dataset(passport["data"]))])
        self._log_files(identity, passport)
        self._register(run, passport["version"])
        self._client.set_terminated(identity, FINISHED, end_time=time)
        return True

    def _find(self, version: str) -> Run | None:
        # Also one that was deleted on the page: it is not to come back.
        found = self._client.search_runs(
            [EXPERIMENT], f"tags.`{facts.VERSION}` = '{version}'", run_view_type=ViewType.ALL, max_results=1
        )
        return found[0] if found else None

    def _log_files(self, run: str, passport: dict[str, Any]) -> None:
        """The model folder as it is, passport and all, and plots."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "plots").mkdir()
            plots.draw(passport, folder / "plots")
            shutil.copytree(self._models / passport["version"], folder / "model")
            self._client.log_artifacts(run, name)

    def _register(self, run: Run, version: str) -> None:
        if not self._registered(version):
            source, tags = f"{run.info.artifact_uri}/model", {facts.VERSION: version}
            self._client.create_model_version(NAME, source, run.info.run_id, tags, await_creation_for=0)

    def _registered(self, version: str) -> ModelVersion | None:
        found = self._client.search_model_versions(
            f"name = '{NAME}' AND tags.`{facts.VERSION}` = '{version}'", max_results=1
        )
        return found[0] if found else None

    def _name(self) -> None:
        """Name the experiment and the registered model, if that is not done yet."""
        if self._client.get_experiment(EXPERIMENT).name != NAME:
            self._client.rename_experiment(EXPERIMENT, NAME)
        try:
            self._client.create_registered_model(NAME)
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
                raise


def _dataset(data: dict[str, Any]) -> Dataset:
    profile = json.dumps({"num_rows": data["prepared"]["kept"]})
    return Dataset(data["name"], data["sha256"][:12], "http", json.dumps({"url": data["url"]}), profile=profile)
