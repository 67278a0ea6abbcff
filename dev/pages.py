"""Pages that stand alone: one file, no script that runs, nothing from elsewhere, and the record inside."""

import json
from pathlib import Path
from typing import Any

import jinja2


def render(template: Path, record: Any, **values: Any) -> str:
    """Fill in a template; `embedded` is the record as JSON, safe inside a `<script>` element.

    Args:
        record: JSON values; a NaN among them is an error.
        values: further names of the template; `record` is one, too.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    # A `</script>` in a text would end the element that holds it.
    embedded = json.dumps(record, allow_nan=False).replace("<", "\\u003c")
    return environment.get_template(template.name).render(record=record, embedded=embedded, **values)
