import matplotlib as mpl
import pytest
from pictures import words

from sim.plots import PlotError, save
from sim.plots.style import PALETTE, RC, figure, halo, styled


@pytest.fixture
def picture():
    with styled():
        made = figure(3.0, 2.0)
        made.text(0.5, 0.5, "hello")
    return made


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_the_suffix_decides_the_kind(picture, tmp_path, suffix, begins):
    path = tmp_path / f"picture{suffix}"
    save(picture, path)
    assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_picture_gives_the_same_bytes(picture, tmp_path, suffix):
    for name in ("a", "b"):
        save(picture, tmp_path / f"{name}{suffix}")
    first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in "ab")
    assert first == second


def test_suffixes_are_read_in_any_case(picture, tmp_path):
    save(picture, tmp_path / "picture.PNG")
    assert (tmp_path / "picture.PNG").exists()


@pytest.mark.parametrize("name", ["picture.bmp", "picture"])
def test_an_unknown_suffix_is_an_error_that_names_the_known(picture, tmp_path, name):
    with pytest.raises(PlotError, match=r"known: .png, .svg, .pdf"):
        save(picture, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_the_picture_is_left(picture, tmp_path):
    save(picture, tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_picture_replaces_an_older_one(picture, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text("old")
    save(picture, path)
    assert "old" not in path.read_text()[:50]


def test_a_missing_folder_is_an_os_error(picture, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        save(picture, tmp_path / "nowhere" / "a.png")


def test_a_failed_write_leaves_the_old_picture(picture, tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    save(picture, path)
    before = path.read_bytes()

    def fail(target, **_):
        target.write_bytes(b"half")
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(picture, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        save(picture, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_an_svg_has_no_date(picture, tmp_path):
    save(picture, tmp_path / "a.svg")
    assert "<dc:date>" not in (tmp_path / "a.svg").read_text()


def test_the_settings_of_the_reader_are_left_alone():
    before = dict(mpl.rcParams)
    with styled():
        assert mpl.rcParams["svg.hashsalt"] == RC["svg.hashsalt"]
    assert dict(mpl.rcParams) == before


def test_a_reader_with_other_settings_gets_the_same_picture(picture, tmp_path):
    save(picture, tmp_path / "a.svg")
    with mpl.rc_context({"savefig.dpi": 33, "svg.hashsalt": "other"}):
        save(picture, tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_colours_differ():
    assert len(set(PALETTE)) == len(PALETTE) == 6


def test_a_halo_is_one_stroke():
    assert len(halo()) == 1


def test_words_are_found(picture):
    assert words(picture) == ["hello"]
