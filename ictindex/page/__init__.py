"""What a cell shows: tables, charts, answers to questions, all in the words that officers know."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "anchors": ["ILLUSTRATIVE", "anchor_vi", "day_vi", "node_anchor_vi", "origin_vi", "status_vi"],
        "charts.words": ["FONTS", "text_width"],
        "cells": ["entity_cells", "entity_columns", "group_cells", "group_columns", "stamp"],
        "explained": ["explain"],
        "charts.answers": ["picture"],
        "methodology_diff": ["differences"],
        "notebook": ["KERNELSPEC", "injected", "parameters"],
        "opening": ["Edition", "opened"],
        "phrases_vi": ["number_vi"],
        "publishing": ["Item", "Unreadable", "kind_of", "published", "same_bundle", "table"],
        "shown": [
            "Cell",
            "Column",
            "Figure",
            "HYPOTHETICAL",
            "Heading",
            "MIME",
            "STAMP",
            "Table",
            "Text",
            "headings",
            "neutral",
            "printed",
        ],
        "state": ["broken_claims", "place_of", "state_of"],
        "unit_names": ["units_table"],
        "what_if_tables": ["AGREEMENT_COLUMNS", "agreement_cells"],
        "words": [
            "ORIGIN_VI",
            "PARAMETER_VI",
            "RULE_VI",
            "STATE_VI",
            "UNRANKED_VI",
            "date_vi",
            "how_vi",
            "policy_vi",
            "rule_vi",
            "value_of_answer_vi",
            "value_vi",
        ],
    },
)
