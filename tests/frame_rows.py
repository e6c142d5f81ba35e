"""Frames as plain rows, and small edits of an edition's files: what many tests of pages need."""

from ictindex.page import frames


def rows(frame):
    return frame.to_dict("records")


def by(frame, key="unit"):
    """Rows as dicts, under the value of one column."""
    return {row[key]: row for row in rows(frame)}


def cells(frame):
    """Rows as tuples, without the columns of their group."""
    own = frame.drop(columns=["group", "group_name"], errors="ignore")
    return list(own.itertuples(index=False, name=None))


def ranked(e):
    return frames.rank(frames.add_up(frames.points(e), e), e)


def rewrite(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
