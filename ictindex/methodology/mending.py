"""A misshapen methodology read as it was probably meant, so that all else that is wrong is told at once."""

from __future__ import annotations

import copy
import functools
import operator
import re
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from ictindex.basics import Document, YamlPath, nearest
from ictindex.methodology.decision import MethodologyFile
from ictindex.methodology.shapes import choices_of, cut_at_commas, known_keys, placed, problem_path

# What may stand in for a word that is missing or of the wrong kind.
_STAND_INS = dict.fromkeys(("label_vi", "note_vi", "why_vi", "unit_vi", "title", "clause"), "?")
_STAND_INS["status"] = "illustrative"
_MENDED = 100  # faults; a file with more is another kind of file
_OF_SEVERAL = ("model_type", "dict_type", "tuple_type", "one_rule")  # where too much would be gone with it
_NUMBER = re.compile(r"\s*(-?\d+)(?:[.,](\d+))?(?!\S*\d)")  # and words after it: "100 điểm", "2,5"


def mended(error: ValidationError, document: Document) -> tuple[MethodologyFile | None, set[str]]:
    """The file as it was probably meant, and the places about which that can say nothing; None if too much is
    wrong with it.

    Keys and words are read as the known ones that they are near; for words that lack others stand in, and of
    what is not understood nothing is taken: of it, and of what it belongs to, nothing more is said.
    """
    if error.error_count() > _MENDED:
        return None, set()
    data = copy.deepcopy(document.data)
    guessed: set[str] = set()
    problems = [(problem, problem_path(problem)) for problem in error.errors(include_url=False)]
    try:
        for problem, path in sorted(problems, key=lambda each: each[0]["type"] != "extra_forbidden"):
            path = path if problem["type"] == "missing" else placed(path, document)
            *above, key = path
            parent = functools.reduce(operator.getitem, above, data)
            if not _mend(parent, key, problem, document, tuple(above)):
                guessed |= {".".join(map(str, path)), ".".join(map(str, above))}
        return MethodologyFile.model_validate(data), guessed
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None, set()


def _mend(parent: Any, key: Any, problem: Any, document: Document, above: YamlPath) -> bool:
    """Whether what is meant at a key is known; else it is taken away, or something stands in."""
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = known_keys(MethodologyFile, above)
        for before, (meant, cut) in cut_at_commas(document, above, known).items():
            if key in cut:
                parent.pop(key)
                parent[before] = meant
                return True
        value, meant = parent.pop(key), nearest(key, known)
        return bool(meant and parent.setdefault(meant, value) is value)
    if kind == "missing":
        if key in parent:  # under the misspelt key
            return True
        parent[key] = _STAND_INS[key]
        return False
    if key in _STAND_INS:
        parent[key] = _STAND_INS[key]
        return False
    if kind == "literal_error" and (meant := nearest(problem["input"], choices_of(problem))):
        if problem["input"] == key:
            parent[meant] = parent.pop(key)
        else:
            parent[key] = meant
        return True
    if number := _NUMBER.match(parent[key]) if kind == "number" and isinstance(parent[key], str) else None:
        parent[key] = Decimal(f"{number[1]}.{number[2] or 0}")
        return True
    if isinstance(parent.pop(key), dict | list) or kind in _OF_SEVERAL:
        raise ValueError(kind)
    return False
