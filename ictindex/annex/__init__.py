"""From the executed notebook to what is published (web page, workbook, open data, manifest), and back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "description": ["anchor_vi"],
        "provenance": ["MANIFEST", "sources"],
        "spreadsheet": ["book_of"],
        "verification": ["read_manifest", "run_parameters", "verify"],
        "what_if_comparison": ["write_comparisons"],
    },
)
