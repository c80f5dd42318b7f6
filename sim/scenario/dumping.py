"""A merged scenario written back as one file, for run folders."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import SingleQuotedScalarString

__all__ = ["scenario_text"]


def scenario_text(tree: dict[str, Any]) -> str:
    """Return a merged scenario as YAML that reads back to the same tree.

    Parameters
    ----------
    tree : dict
        The merged scenario as plain maps.

    Returns
    -------
    text : str
        YAML 1.2, block style, keys in the order of the tree.

    Examples
    --------
    >>> print(scenario_text({"name": "x", "opens": "18:00", "n": 1.5}), end="")
    name: x
    opens: '18:00'
    n: 1.5
    """
    yaml = YAML(typ="rt")
    yaml.default_flow_style = False
    yaml.width = 100
    out = StringIO()
    yaml.dump(_quoted({k: v for k, v in tree.items() if k != "extends"}), out)
    return out.getvalue()


def _quoted(value: Any) -> Any:  # noqa: ANN401
    """Return a copy whose texts that a reader might take for something else are quoted."""
    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(item) for item in value]
    if isinstance(value, str) and value[:1].isdigit():
        return SingleQuotedScalarString(value)
    return value
