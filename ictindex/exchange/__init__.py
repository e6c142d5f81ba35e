"""Forms out and back: what is sent to units and reviewers, how it is read, entered and answered."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "collection": ["collect"],
        "forms": ["after_deadline", "read_context"],
        "mailing": ["mail", "write_template"],
        "outgoing": ["every_form", "record_slips"],
        "recording": ["record"],
        "rehearsal": ["rehearse"],
        "sampling": ["write_sample"],
        "sending": ["send"],
        "slips": ["slip"],
        "views": ["write_views"],
    },
)
