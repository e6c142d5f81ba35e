"""A small change on top of a baseline, and whom it moves."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "aimed": ["Reweighed", "reweighed"],
        "effects": ["Agreement", "Move", "carriers", "compared", "moves"],
        "evaluating": ["Baselines", "evaluate_run"],
        "reading": ["read_stated"],
        "universes": ["Multiverse", "Ranked", "multiverse", "under_choices"],
        "weights": ["Category", "as_points", "categories", "kept", "shortest"],
        "writing": ["as_file", "save", "suggested_name", "taken_in"],
    },
)
