"""A small change on top of a baseline, and whom it moves."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "effects": ["Agreement", "Move", "carriers", "compared", "moves"],
        "reading": ["WhatIf", "read_stated", "read_what_if"],
    },
)
