"""What may stand at a path is read off the models, so that a misspelt key finds its neighbour."""

from ictindex.methodology.amendments import AmendmentFile
from ictindex.methodology.decision import MethodologyFile
from ictindex.methodology.shapes import known_keys


def test_the_keys_that_may_stand_at_a_path():
    assert known_keys(MethodologyFile, ("levels",)) == ["citation", "decided_on", "list"]
    assert known_keys(MethodologyFile, ("criteria", "a", "exempt")) == ["entities", "citation"]
    assert known_keys(AmendmentFile, ()) == ["amendment", "amends", "citation", "note_vi", "changes"]


def test_where_names_are_free_no_key_is_known():
    assert known_keys(MethodologyFile, ("criteria",)) == []
    assert known_keys(AmendmentFile, ("changes",)) == []
    assert known_keys(MethodologyFile, ("nonsense", "deeper")) == []
