"""The core: rules turn facts into exact points, points add up, totals become ranks and levels."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checks": ["quartiles"],
        "evaluation": ["Evaluation", "Standing", "evaluate", "evaluate_edition"],
        "outcomes": ["Outcome", "Scores", "score"],
        "parameters": ["UNSAID", "highlighted", "output_of", "read_parameters"],
        "places": ["ranks", "tied"],
        "rules": ["OutOfRange", "measured", "points"],
    },
)
