"""A decision as data: its criteria, rules and clauses, read strictly, checked and amended."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "amendments": ["Amendment", "Cited", "amended"],
        "decision": [
            "ALIAS",
            "Answer",
            "Deadline",
            "Group",
            "Level",
            "OPEN_RULES",
            "ProcedureStep",
            "STEPS",
            "UNTESTED",
            "ZERO_REASONS",
            "ZeroRule",
            "allowed",
        ],
        "reading": ["build_methodology", "methodology_remarks", "read_document", "read_methodology"],
        "rule_kinds": ["Case", "Ratio", "Rule", "Step"],
        "schema": ["Citation", "Many", "NOT_APPLICABLE", "Number", "OpenRule", "Strict", "Text"],
        "shapes": ["shape_findings"],
        "tree": ["Methodology", "Node"],
    },
)
