"""A setting becomes a file and a file from elsewhere is taken in; another what-if is never overwritten."""

from ictindex.what_if.reading import read_stated
from ictindex.what_if.writing import as_file, save, suggested_name, taken_in


def test_what_is_written_is_read_back(mini):
    text = as_file("services-60", "mini-2020", 'Nếu "dịch vụ": 60?', {"services": 60}, "ministry")
    save("services-60", text, mini)
    source = read_stated("services-60", mini).source
    assert source.categories == {"services": {"ministry": 60}}
    assert source.question_vi == 'Nếu "dịch vụ": 60?'
    assert len(text.splitlines()) <= 10


def test_another_what_if_of_that_name_is_not_overwritten(mini, refused):
    text = as_file("x", "mini-2020", "Sao?", {"services": 60}, None)
    assert save("x", text, mini) == save("x", text, mini)
    (finding,) = refused(save, "x", text.replace("60", "70"), mini)
    assert finding.code == "what-if-there" and mini.what_if("x").read_text("utf-8") == text


def test_a_file_from_elsewhere_is_taken_in_under_the_name_it_has(mini, tmp_path, refused):
    away = tmp_path / "Tải về (1).yaml"
    away.write_text(as_file("x", "mini-2020", "Sao?", {"services": 60}, None), "utf-8")
    assert taken_in(away, mini) == "x" and read_stated("x", mini).source.categories == {"services": 60}
    assert taken_in(mini.what_if("x"), mini) == "x"
    away.write_text("baseline: mini-2020\n", "utf-8")
    assert [f.code for f in refused(taken_in, away, mini)] == ["key-missing"]


def test_a_name_says_what_is_moved_and_is_never_too_long():
    assert suggested_name({"services": 60}) == "services-60"
    assert len(suggested_name({f"category_{k}": 100 for k in range(9)})) <= 60
