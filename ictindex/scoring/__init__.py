"""The core: rules turn facts into exact points, points add up, totals become ranks and levels."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checks": ["all_checks"],
        "crosswalked": ["Compared", "across"],
        "evaluation": [
            "Evaluation",
            "Standing",
            "counted_inputs",
            "evaluate",
            "evaluate_edition",
            "falls_on",
            "rules_in_force",
            "score_by",
            "survey",
        ],
        "levels": ["Lack", "reached"],
        "outcomes": ["UNCOVERED", "Outcome", "Scores", "added_up", "rounded_at", "unanswered"],
        "parameters": ["UNSAID", "public_seed", "read_parameters", "seed_to_fill"],
        "places": ["ranks", "tied"],
        "rules": [
            "Against",
            "OutOfRange",
            "Spread",
            "ahead_of",
            "amount",
            "claims",
            "compared",
            "leaf_earned",
            "measured",
            "of_nothing",
            "points",
            "share_in_group",
        ],
        "ties": ["tie_keys", "tie_of"],
        "variants": ["other_parameters", "set_beside"],
        "states": ["covered", "without_evidence"],
    },
)
