"""Sphinx configuration: pages in Markdown, reference pages made from the code itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

import reference  # noqa: E402

import sinho  # noqa: E402

project = "sinho"
author = "The sinho contributors"
copyright = "2026, the sinho contributors"
version = release = sinho.__version__

extensions = ["mathml", "myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "_generated"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"sinho {release}"
html_show_sphinx = False
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["sinho.css"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False

highlight_language = "text"

nitpicky = True
# Names of other projects have no pages here; every name of sinho must be found.
nitpick_ignore_regex = [(r"py:.*", r"(?!sinho).*")]


def setup(app: Any) -> None:
    """Write the pages that are made from the code before the others are read."""
    app.connect("builder-inited", lambda _: reference.write_pages(HERE / "_generated"))
