"""No change of the code or of a library goes unseen, and nothing else is taken for one."""

import sys

import pytest

from ictindex.basics import own_code
from ictindex.basics.files import sha256
from ictindex.basics.own_code import libraries


@pytest.fixture
def code_at(tmp_path, monkeypatch):
    """The digest of a package of these files: path -> bytes."""

    def digest(files, where="a"):
        for name, data in files.items():
            path = tmp_path / where / "ictindex" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        monkeypatch.setattr(own_code, "_PACKAGE", tmp_path / where / "ictindex")
        return own_code.code_digest.__wrapped__()

    return digest


CODE = {"a.py": b"x = 1\n", "b-c.py": b"", "b/d.py": b"y = 2\n", "templates/t.j2": b"<p>\n"}


def test_the_digest_of_the_code_is_the_same_wherever_it_lies_and_whatever_lies_beside_it(code_at):
    lines = [f"{sha256(CODE[name])}  {name}\n" for name in ("a.py", "b/d.py", "b-c.py", "templates/t.j2")]
    here = code_at(CODE)
    assert here == sha256("".join(lines).encode())
    left = {
        "__pycache__/a.cpython-311.pyc": b"?",
        "b/__pycache__/d.py": b"?",
        ".DS_Store": b"?",
        ".x/y.py": b"?",
    }
    assert code_at({**CODE, **left}, "another place") == here
    windows = {name: data.replace(b"\n", b"\r\n") for name, data in CODE.items()}
    assert code_at(windows, "windows") == here


@pytest.mark.parametrize("name", [*CODE, "new.py", "a.pyc", "b/new.so"])
def test_no_file_of_the_code_changes_or_comes_unseen(code_at, name):
    here = code_at(CODE)
    assert code_at({**CODE, name: b"z = 3\n"}, "changed") != here


def test_another_version_of_a_library_is_another_name(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(tmp_path / "nowhere")])
    (tmp_path / "numpy").mkdir()
    assert libraries() == [sys.version]
    (tmp_path / "numpy-2.4.dist-info").mkdir()
    before = libraries()
    (tmp_path / "numpy-2.4.dist-info").rename(tmp_path / "numpy-2.5.dist-info")
    assert libraries() == [sys.version, "numpy-2.5.dist-info"] != before
