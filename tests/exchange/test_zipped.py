"""What a .zip holds is read in place and within limits; what it says of itself is not believed."""

import io
import zipfile
from hashlib import sha256

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange import zipped
from ictindex.exchange.documents import look_into
from ictindex.exchange.zipped import digest_of, members, read_place


def packed(**files):
    """An archive; in names ``__`` stands for / and ``_x`` for a dot."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_x", "."), data)
        archive.writestr("__MACOSX/._x.pdf", b"m")
    return raw.getvalue()


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_members_are_files_of_the_folder_and_nothing_is_unpacked(tmp_path):
    put(
        tmp_path / "2018-12-20" / "T01" / "Gửi.zip",
        packed(phieu_xxlsx=b"a", Thumbs_xdb=b"c"),
    )
    before = sorted(tmp_path.rglob("*"))
    came = look_into(tmp_path)
    inside = "2018-12-20/T01/Gửi.zip/phieu.xlsx"
    assert list(came.files) == ["2018-12-20/T01/Gửi.zip", inside]
    assert came.digest(inside) == sha256(b"a").hexdigest()
    assert came.outside(inside) == "2018-12-20/T01/Gửi.zip"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_inside_an_archive_is_no_day_of_arrival(tmp_path):
    put(tmp_path / "2018-12-20" / "g.zip", packed(**{"2018-01-01__phieu_xxlsx": b"a"}))
    came = look_into(tmp_path)
    (inside,) = (name for name in came.files if name.endswith("xlsx"))
    assert f"{came.day_of_arrival(inside):%Y-%m-%d}" == "2018-12-20"


def test_a_name_leads_nowhere_else(tmp_path):
    place = put(tmp_path / "g.zip", packed(**{"..__..__etc__x_xxlsx": b"a", "__abs_xxlsx": b"b"}))
    assert [name for name, _ in members(place, "g.zip")] == ["etc/x.xlsx", "abs.xlsx", "__MACOSX/._x.pdf"]


@pytest.mark.parametrize(("data", "code"), [(b"PK\3\4 broken", "form-corrupt"), (b"nothing", "form-corrupt")])
def test_what_cannot_be_looked_into_is_a_finding(tmp_path, data, code):
    put(tmp_path / "g.zip", data)
    came = look_into(tmp_path)
    assert [finding.code for finding in came.archives["g.zip"]] == [code]


def test_a_locked_archive_is_told(tmp_path):
    data = bytearray(packed(phieu_xxlsx=b"a"))
    data[data.index(b"PK\1\2") + 8] |= 1  # the flag of the directory's entry
    put(tmp_path / "g.zip", bytes(data))
    assert [finding.code for finding in look_into(tmp_path).archives["g.zip"]] == ["form-encrypted"]


def test_limits_hold_for_what_really_unpacks(tmp_path, monkeypatch):
    path = put(tmp_path / "g.zip", packed(a_xxlsx=bytes(10_000)))
    (_, place), _ = members(path, "g.zip")
    with pytest.raises(Refused, match="too-large"):
        read_place(place, "a.xlsx", 9_999)
    assert len(read_place(place, "a.xlsx", 10_000)) == 10_000
    monkeypatch.setattr(zipped, "MAX_MEMBER_BYTES", 9_999)
    with pytest.raises(Refused, match="form-unpacked"):
        digest_of(place, "a.xlsx")
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 0)
    with pytest.raises(Refused, match="form-parts"):
        members(path, "g.zip")
