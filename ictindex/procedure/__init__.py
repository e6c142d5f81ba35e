"""What must happen before a result stands: reviewers who agree, figures that want a second look."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checking": ["APART", "Checks", "OPEN", "review_checks", "review_states", "scales", "to_check"],
        "looks": ["without_report"],
        "noticed": ["noticed"],
        "plausibility": [
            "Figures",
            "NUMERIC",
            "Remark",
            "apart",
            "asked",
            "figures",
            "misfits",
            "remarks",
            "thresholds_vi",
            "value_of",
        ],
        "approvals": ["as_approved", "changed_since", "decision_vi", "first_approval"],
        "step_words": ["in_words", "step_vi"],
        "steps": ["Step", "attached_too_early", "open_steps", "steps", "unread_steps"],
        "reviewers": ["FEWEST", "Item", "Pair", "Ratings", "biases", "noise", "pairs", "ratings", "teams"],
    },
)
