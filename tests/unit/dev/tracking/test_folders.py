import hashlib
import json
from pathlib import Path

from dev.tracking import folders
from shared import passport


def saved(models: Path, version: str, created: str = "2026-11-26T11:43:21Z") -> Path:
    """A model folder with one file beside its passport."""
    folder = models / version
    folder.mkdir()
    (folder / "model.skops").write_bytes(b"model")
    files = {"model.skops": {"sha256": hashlib.sha256(b"model").hexdigest(), "bytes": 5}}
    passport = {"format": 3, "version": version, "created": created, "files": files}
    (folder / "manifest.json").write_text(json.dumps(passport))
    return folder


def test_models_come_in_the_order_of_training_and_each_once(tmp_path) -> None:
    """`current` is another name of one of them; one that is recorded already is not looked at."""
    saved(tmp_path, "b", "2026-11-26T11:43:21Z")
    saved(tmp_path, "a", "2026-11-27T11:43:21Z")
    saved(tmp_path, "c", "2026-11-28T11:43:21Z")
    (tmp_path / passport.CURRENT).symlink_to("a")
    assert [each["version"] for each in folders.whole(tmp_path, besides={"c"})] == ["b", "a"]
    assert folders.published(tmp_path) == "a"


def test_a_folder_is_ignored_until_it_is_whole(tmp_path) -> None:
    """Whatever is written last: the passport, or a file that it names."""
    folder = saved(tmp_path, "a")
    for name in ("manifest.json", "model.skops"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:3])
        assert folders.whole(tmp_path) == []
        (folder / name).unlink()
        assert folders.whole(tmp_path) == []
        (folder / name).write_bytes(content)
    assert len(folders.whole(tmp_path)) == 1


def test_what_training_has_not_put_in_place_is_no_model(tmp_path) -> None:
    """Nor is a copy under another name, nor a folder that is not there."""
    saved(tmp_path, "a").rename(tmp_path / ".partial-x")
    saved(tmp_path, "a").rename(tmp_path / "a-copy")
    assert folders.whole(tmp_path) == folders.whole(tmp_path / "nowhere") == []
    assert folders.published(tmp_path) is None
