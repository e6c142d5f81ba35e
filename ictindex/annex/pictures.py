"""Pictures for paper: a chart drawn as dots, and what anybody's cell draws, read before it is printed."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

from ictindex.annex.foreign_outputs import joined
from ictindex.page import FONTS

_DRAWN = 200.0  # dots to the inch of what is drawn here
_DPI = 96.0  # of a picture that does not say it


def png(svg: str) -> bytes:
    """A drawing as a picture of dots, for programs that show no drawing."""
    import typst

    return typst.compile(
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")',
        sys_inputs={"svg": svg},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="png",
        ppi=_DRAWN,
    )


def drawn(data: Mapping[str, Any]) -> tuple[str, float] | None:
    """The picture among an output's forms as SVG, and its width in points; None where none can be read."""
    import typst
    from PIL import Image

    assumed = _DPI
    try:
        if "image/svg+xml" in data and "image/png" not in data:
            dots, assumed = png(joined(data["image/svg+xml"])), _DRAWN
        else:
            dots = base64.b64decode(joined(data.get("image/png", data.get("image/jpeg", ""))))
        with Image.open(io.BytesIO(dots)) as picture:
            wide, high = picture.size
            dpi = picture.info.get("dpi", (0,))[0] or assumed
            made = io.BytesIO()
            picture.save(made, "png")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, typst.TypstError):
        return None
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"><image width="{wide}" '
        f'height="{high}" href="data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}"/></svg>'
    ), wide / float(dpi) * 72
