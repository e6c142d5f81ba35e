"""One year's inputs: answers, marks, events, evidence and services, from what was declared to what is verified."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "answers": [
            "ANSWERS",
            "ANSWER_COLUMNS",
            "Given",
            "Key",
            "MISSING",
            "MONITORED",
            "MONITORED_COLUMNS",
            "Value",
            "read_monitored",
            "read_value",
        ],
        "events": [
            "EVENTS",
            "EVENT_COLUMNS",
            "Event",
            "arrivals",
            "extended_until",
            "first_times",
            "last_moment",
            "moment",
            "zeros",
        ],
        "evidence": ["EVIDENCE", "RECEIVED", "RECEIVED_STATES"],
        "inputs": [
            "ENTITIES",
            "Entity",
            "InputFile",
            "Inputs",
            "Published",
            "SOURCES",
            "input_file",
            "read_entities",
            "read_inputs",
            "tables_of",
        ],
        "made_up": ["invented", "sample"],
        "replay": ["Objection", "confirmation_begins", "objections"],
        "review": ["MARKS", "MARK_COLUMNS", "Mark", "settle"],
        "services": [
            "Recognition",
            "Register",
            "SERVICES",
            "TESTS",
            "Tests",
            "counted",
            "recognise",
            "representatives",
        ],
        "spot_check": ["digest", "in_order", "most_wrong", "smallest_sample", "upper_bound"],
    },
)
