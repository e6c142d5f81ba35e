"""Editions run and checked: papermill, strict parameters, built aside, renamed when complete."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "batch": ["run_batch"],
        "check_all": ["lint"],
        "kept": ["KnownAnnexes", "kept"],
        "profiles": ["run_as"],
        "plans": ["chosen", "plan", "plan_what_ifs"],
        "results": ["Result"],
        "runs": ["execution_differences"],
        "scaffold": ["new_year"],
        "standing": ["standing"],
    },
)
