"""A decision as data: its criteria, rules and clauses, read strictly, checked and amended."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "amendments": ["Amendment", "Cited", "amended"],
        "contradictions": ["bad_means"],
        "crosswalk": ["Crosswalk", "crosswalk_between", "of_one_index", "read_crosswalk"],
        "decision": [
            "AGGREGATES",
            "ALIAS",
            "Adding",
            "Answer",
            "Coverage",
            "Deadline",
            "LINEAR",
            "Level",
            "OPEN_RULES",
            "ProcedureStep",
            "Rounded",
            "STEEP",
            "STEPS",
            "Total",
            "ZERO_REASONS",
            "allowed",
        ],
        "reading": ["build_methodology", "methodology_remarks", "read_document", "read_methodology"],
        "rule_kinds": ["Bands", "Case", "Goalposts", "InGroup", "Ratio", "Rule", "Step", "Terms"],
        "schema": ["Citation", "Many", "NOT_APPLICABLE", "Number", "OpenRule", "Strict", "Text"],
        "shapes": ["shape_findings", "shaped"],
        "tree": ["Methodology", "Node", "Unit"],
    },
)
