"""Files that lie: codes that numbers would lose, names that occur twice, damage, odd options and paths."""

from __future__ import annotations

import gzip
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

import csisem as cs
from csisem.errors import DataError, OptionError, QuestionnaireError
from csisem.survey import as_survey
from csisem.survey.files import unpacked_size
from csisem.survey.files.inert_text import inert, inert_frame, plain_text
from refusals import refusal

# Also large enough that Arrow reads it.
SIZES = [1, 60_000]


def csv(folder: Path, text: str | bytes, name: str = "a.csv", **options: object) -> cs.Survey:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return cs.read(folder / name, **options)


def codes(survey: cs.Survey) -> list[str]:
    assert survey.source is not None
    return [note.code.removeprefix("file.") for note in survey.source.notes]


# Shape and names


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz"])
def test_a_field_more_than_the_header_shifts_nothing(tmp_path, size, name):
    text = "q1,q2\n" + "1,2,3\n4,5,6\n" * size
    text = text.replace(",", "\t") if "tsv" in name else text
    raw = gzip.compress(text.encode(), mtime=0) if name.endswith("gz") else text
    said = refusal(DataError, lambda: csv(tmp_path, raw, name))
    assert "names 2 columns: row 2 has 3 fields" in said


@pytest.mark.parametrize("size", SIZES)
def test_a_name_of_several_columns_names_none_of_them(tmp_path, size):
    survey = csv(tmp_path, "q1,q2,q1\n" + "1,2,3\n4,5,6\n" * size)
    assert survey.columns == ("q1_column_1", "q2", "q1_column_3")
    assert codes(survey) == ["same_names"]
    assert "'q1'; their places were added to the names, as in 'q1_column_1'" in str(survey.source.notes[0])
    model = cs.Model.from_syntax("F =~ q1 + q2 + q3")
    said = refusal(DataError, lambda: model.fit(survey))
    assert "There is no column 'q1'" in said
    assert "several columns have this name: 'q1_column_1', 'q1_column_3'" in said
    assert csv(tmp_path, "q,q,q_column_2\n1,2,3\n").columns == ("q_column_1", "q_column_2_", "q_column_2")


# Codes


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "labels", [("007", "7"), ("1e5", "100000"), ("1e5", "1E5"), ("12E3", "12000"), ("0", "00"), ("01", "1")]
)
def test_codes_that_one_number_would_merge_stay_text(tmp_path, labels, size):
    first, second = labels
    survey = csv(tmp_path, "g,q\n" + f"{first},1\n{second},2\n9,3\n" * size)
    assert set(survey.frame["g"]) == {*labels, "9"}
    assert survey.frame["q"].dtype.kind == "i"
    assert codes(survey) == ["codes"]
    assert set(survey.rows("q", by="g").labels) == {*labels, "9"}
    # In declared items they are numbers.
    assert csv(tmp_path, f"g,q\n{first},1\n{second},2\n9,3\n", items=["g", "q"]).frame["g"].nunique() == 2


def test_codes_in_a_workbook_stay_apart(tmp_path):
    book = openpyxl.Workbook()
    for row in (["g", "h", "q"], ["007", "007", 1], ["7", 7, 2], ["008", 8, 3]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    survey = cs.read(tmp_path / "a.xlsx")
    assert survey.frame["g"].tolist() == ["007", "7", "008"]
    assert survey.frame["h"].tolist() == ["007", 7, 8]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("option", ["segments", "strata", "clusters", "id"])
def test_declared_columns_of_codes_keep_their_text(tmp_path, option, size):
    rows = [f"0{100_000 + (i if option == 'id' else i % 3)},{i % 5 + 1}\n" for i in range(9 * min(size, 20_000))]
    survey = csv(tmp_path, "zip,q\n" + "".join(rows), **{option: "zip"})
    assert survey.frame["zip"].tolist()[0] == "0100000"
    assert codes(survey) == ["codes"]
    plain = csv(tmp_path, ("zip,q\n" + "".join(rows)).replace("\n0", "\n"), **{option: "zip"})
    assert plain.frame["zip"].dtype.kind == "i"


def test_answers_from_a_second_file_keep_the_codes_of_the_first(tmp_path):
    text = "zip,s1,s2,s3\n" + "".join(f"0{i % 2 + 1},{i % 5},{i * 7 % 5},{i * 3 % 4}\n" for i in range(40))
    survey = csv(tmp_path, text, segments="zip")
    fit = cs.Model.from_syntax("F =~ s1 + s2 + s3").fit(survey, groups="zip")
    assert fit.groups == ("01", "02")
    again = as_survey(tmp_path / "a.csv", like=survey)
    assert again.frame["zip"].tolist() == survey.frame["zip"].tolist()


@pytest.mark.parametrize("size", SIZES)
def test_numbers_stay_numbers(tmp_path, size):
    text = "a,b,c,d,e\n" + "01,1.0,1.5e3,0,-1\n02,1,1500,10,1\n" * size
    frame = csv(tmp_path, text).frame
    assert [frame[name].tolist()[:2] for name in "abcde"] == [[1, 2], [1, 1], [1500, 1500], [0, 10], [-1, 1]]


# Damage


def packed(tmp_path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook one of whose parts is changed."""
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [3, 4]):
        book.active.append(row)
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return tmp_path / "d.xlsx"


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]
)
@pytest.mark.parametrize("change", [lambda old: old[: len(old) // 2], lambda _: b"junk", lambda _: b""])
def test_damaged_xml_of_a_workbook(tmp_path, part, change):
    path = packed(tmp_path, part, change)
    assert "cannot be read as an Excel workbook" in refusal(DataError, lambda: cs.read(path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="A2"', b'r="????"'),
        (b'r="A2"', b'r="ZZZZ99"'),
        (b"<v>1</v>", b"<v>abc</v>"),
        (b'<row r="2"', b'<row r="999999999"'),
    ],
)
def test_damaged_cells_of_a_workbook(tmp_path, old, new):
    path = packed(tmp_path, SHEET, lambda content: content.replace(old, new))
    said = refusal(DataError, lambda: cs.read(path))
    assert "damaged" in said


def test_a_single_cell_in_the_last_corner_is_refused_fast_and_small(tmp_path):
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "corner.xlsx")
    begin = time.monotonic()
    tracemalloc.start()
    said = refusal(DataError, lambda: cs.read(tmp_path / "corner.xlsx"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "has 1 filled cell in a sheet that reaches to XFD1048576 (it declares" in said
    assert "clear the cells that stand far from the answers" in said
    assert time.monotonic() - begin < 20
    assert peak < 200e6
    # A note far to the right of a few answers is refused as well; empty cells with a format are not cells.
    book = openpyxl.Workbook()
    for row in range(300):
        book.active.append(["q", "r"] if not row else [1, 2])
    book.active["XFD1"] = "note"
    book.save(tmp_path / "far.xlsx")
    assert "reaches to XFD300" in refusal(DataError, lambda: cs.read(tmp_path / "far.xlsx"))
    book.active["XFD1"] = None
    book.active["XFD9000"].number_format = "0.00"
    book.save(tmp_path / "near.xlsx")
    assert cs.read(tmp_path / "near.xlsx").frame.shape == (299, 2)


GZ = gzip.compress(("a,b\n" + "1,2\n" * 5000).encode(), mtime=0)


CUT, WRONG = "Compressed file ended before the end-of-stream marker was reached", "it is damaged, or no gzip file"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (GZ[: len(GZ) // 2], CUT),
        (GZ[:-4], CUT),
        (GZ[:-8] + bytes(8), WRONG),
        (GZ[:20] + b"\xff\x00" + GZ[22:], WRONG),
        (b"a,b\n1,2\n", WRONG),
        (b"", "No columns, since it is empty"),
        (GZ + b"x", CUT),
    ],
)
def test_damaged_gzip(tmp_path, raw, reason):
    wanted = f"'t.csv.gz' cannot be read as delimited text: {reason}."
    assert refusal(DataError, lambda: csv(tmp_path, raw, "t.csv.gz")) == wanted


def test_the_reason_for_refusing_a_workbook_keeps_its_quotes(tmp_path):
    whole = tmp_path / "b.xlsx"
    openpyxl.Workbook().save(whole)
    raw = bytearray(whole.read_bytes())
    # An entry of the central directory has the content's check in its bytes 16 to 19, and the name from 46 on.
    entry = raw.rindex(SHEET.encode()) - 46
    assert raw[entry : entry + 4] == b"PK\1\2"
    raw[entry + 16] ^= 1
    (tmp_path / "b.xlsx").write_bytes(bytes(raw))
    told = refusal(DataError, lambda: cs.read(tmp_path / "b.xlsx"))
    assert told == f"'b.xlsx' cannot be read as an Excel workbook: Bad CRC-32 for file '{SHEET}'."


def test_files_that_unpack_without_end_are_refused_before_they_do(tmp_path, monkeypatch):
    """A bomb is bounded by what it may unpack to: here a megabyte, or 200 times its size."""
    monkeypatch.setattr(unpacked_size, "ALWAYS", 2**20)
    text = b"a,b\n" + b"1,2\n" * 12_000_000
    packed = gzip.compress(text, mtime=0)
    assert len(text) > unpacked_size.TIMES * len(packed)
    tracemalloc.start()
    told = refusal(DataError, lambda: csv(tmp_path, packed, "bomb.csv.gz"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    bound = unpacked_size.TIMES * len(packed)
    assert peak < 3 * bound < len(text)
    assert told.startswith(
        f"'bomb.csv.gz' unpacks to more than {bound / 2**20:,.0f} MB, over 200 times its size, which"
    )
    cs.Survey(pd.DataFrame({"q": [1, 2]})).to_pandas().to_excel(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/more.xml", bytes(2**25))
    assert "'a.xlsx' unpacks to 32 MB, over 200 times its size" in refusal(
        DataError, lambda: cs.read(tmp_path / "a.xlsx")
    )


def test_what_packs_well_but_is_small_is_read(tmp_path):
    text = b"a,b\n" + b"1,2\n" * 100_000
    members = gzip.compress(text, mtime=0) + gzip.compress(b"3,4\n", mtime=0) + b"\0\0"
    assert len(text) > unpacked_size.TIMES * len(members)
    assert csv(tmp_path, members, "long.csv.gz").n == 100_001


@pytest.mark.parametrize("raw", [b"g,q\na\0b,1\nb,2\n", GZ, b"PK\3\4\x14\0\6\0" + bytes(range(256)) * 4])
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16-le"])
def test_text_with_nul_is_no_text(tmp_path, raw, encoding):
    assert "is not text in" in refusal(DataError, lambda: csv(tmp_path, raw, encoding=encoding))


def test_text_in_another_encoding_than_the_one_given(tmp_path):
    assert "is not text in utf-16" in refusal(DataError, lambda: csv(tmp_path, "q1,q2\n1,2\n4,51\n", encoding="utf-16"))


FRAME = pd.DataFrame({"Q1": [1.0, 2, 3] * 20, "S": ["a", "b", "c"] * 20})
WRITERS: dict[str, Callable[[Path], object]] = {
    "sav": lambda path: pyreadstat.write_sav(FRAME, str(path)),
    "zsav": lambda path: pyreadstat.write_sav(FRAME, str(path), compress=True),
    "por": lambda path: pyreadstat.write_por(FRAME, str(path)),
    "dta": lambda path: pyreadstat.write_dta(FRAME, str(path)),
    "parquet": FRAME.to_parquet,
    "xlsx": lambda path: FRAME.to_excel(path, index=False),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_damaged_files_are_one_sentence_or_are_read(tmp_path, ending):
    whole, path = tmp_path / f"g.{ending}", tmp_path / f"d.{ending}"
    WRITERS[ending](whole)
    raw = whole.read_bytes()
    for damaged in (b"", b"junk" * 100, raw[:20]):
        path.write_bytes(damaged)
        refusal(DataError, lambda: cs.read(path))
    stream = random.Random(7)
    for _ in range(20):
        damaged = bytearray(raw)
        for _ in range(3):
            damaged[stream.randrange(len(raw))] = stream.randrange(256)
        path.write_bytes(bytes(damaged[: stream.choice([len(raw), stream.randrange(len(raw))])]))
        try:
            cs.read(path)
        except cs.CsisemError as problem:
            assert "\n" not in str(problem)  # noqa: PT017
        except UserWarning:  # of openpyxl, an error in the tests alone
            pass


# Options and paths


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mark", ["", ",,", 5, b",", "\0", "\n", '"', "a", "1", "é", "\ud800", [","], True])
def test_odd_separators(tmp_path, mark, size):
    assert "separator=" in refusal(OptionError, lambda: csv(tmp_path, "q1,q2\n" + "1,2\n" * size, separator=mark))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mark", ["，", "\x1f", " ", "~"])
def test_unusual_separators_are_taken(tmp_path, mark, size):
    text = ("q1,q2\n" + "1,2\n" * size).replace(",", mark)
    assert csv(tmp_path, text, separator=mark).frame["q2"].tolist()[:1] == [2]


@pytest.mark.parametrize("name", ["", 5, b"utf-8", "utf\0", True, ["utf-8"], "\ud800"])
def test_odd_encodings(tmp_path, name):
    assert "encoding=" in refusal(OptionError, lambda: csv(tmp_path, "q1,q2\n1,2\n", encoding=name))
    for ending in ("sav", "dta"):
        WRITERS[ending](tmp_path / f"g.{ending}")
        refusal(OptionError, lambda path=tmp_path / f"g.{ending}": cs.read(path, encoding=name))


@pytest.mark.parametrize("name", ["nope", "base64", "hex", "rot13", "undefined", "x" * 10_000])
def test_unknown_encodings(tmp_path, name):
    said = refusal(DataError, lambda: csv(tmp_path, "q1,q2\n1,2\n", encoding=name))
    assert "There is no encoding" in said
    assert len(said) < 300


@pytest.mark.parametrize("sheet", [None, 1.5, True, b"x", ["Sheet"], 0.0])
def test_odd_sheets(tmp_path, sheet):
    WRITERS["xlsx"](tmp_path / "g.xlsx")
    assert "sheet= must be" in refusal(OptionError, lambda: cs.read(tmp_path / "g.xlsx", sheet=sheet))
    assert "sheet= must be" in refusal(OptionError, lambda: csv(tmp_path, "q1,q2\n1,2\n", sheet=sheet))


def test_sheets_that_are_not_there(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.create_chartsheet("chart").add_chart(openpyxl.chart.BarChart())
    book.save(tmp_path / "g.xlsx")
    for sheet in (-1, 1, 10**30, "", "x", "chart"):
        refusal(DataError, lambda sheet=sheet: cs.read(tmp_path / "g.xlsx", sheet=sheet))
    assert "does not apply" in refusal(OptionError, lambda: csv(tmp_path, "q1,q2\n1,2\n", sheet="x"))


@pytest.mark.parametrize("path", [None, 5, 1.5, b"a.csv", "", "x\0.csv", [], True, object(), io.StringIO("a,b")])
def test_what_is_no_path(path):
    refusal(OptionError, lambda: cs.read(path))
    refusal(OptionError, lambda: cs.Questionnaire.from_toml(path))


@pytest.mark.parametrize("path", ["a" * 300 + ".csv", "a" * 5000, "x/" * 3000 + "a.csv", ".", "/", "\ud800.csv"])
def test_paths_of_no_file(path):
    assert len(refusal(DataError, lambda: cs.read(path))) < 300
    assert len(refusal(DataError, lambda: cs.Questionnaire.from_toml(path))) < 300


@pytest.mark.parametrize("name", ["x.parquet", "x.csv", "x.csv.gz", "x.xlsx", "x.sav", "x.dta", "x.por", "x.toml"])
def test_a_folder_is_no_file(tmp_path, name):
    (tmp_path / name).mkdir()
    assert "is a folder, not a file" in refusal(DataError, lambda: cs.read(tmp_path / name))
    assert "is a folder, not a file" in refusal(DataError, lambda: cs.Questionnaire.from_toml(tmp_path / name))


def test_deep_toml():
    said = refusal(QuestionnaireError, lambda: cs.Questionnaire.from_toml("a = " + "[" * 3000 + "]" * 3000 + "\n"))
    assert "nested too deeply" in said
    refusal(QuestionnaireError, lambda: cs.Questionnaire.from_toml("title = 'a\0b'\n"))


# Texts that a spreadsheet would compute

TEXTS = ["=1+1", "+86 123", "-5", "@x", "'=x", "''-", "'quoted'", "=~", "~", " =1", "\t=1", "＝1", "plain", "'", "a=b"]


def test_texts_that_a_spreadsheet_would_compute_come_back(tmp_path):
    assert [plain_text(inert(text)) for text in TEXTS] == TEXTS
    frame = pd.DataFrame({"=name": TEXTS, "number": range(-7, len(TEXTS) - 7), "code": ["-5", "-3", "7"] * 5})
    text = inert_frame(frame).to_csv(index=False)
    assert not [
        cell for row in text.splitlines()[1:] for cell in row.split(",")[:1] if cell.strip(' "\t')[:1] in "=+-@＝"
    ]
    survey = csv(tmp_path, text)
    pd.testing.assert_frame_equal(survey.frame, frame, check_dtype=False)
    assert "inert" in codes(survey)
    large = pd.concat([frame] * 3000, ignore_index=True)
    pd.testing.assert_frame_equal(csv(tmp_path, inert_frame(large).to_csv(index=False)).frame, large, check_dtype=False)
