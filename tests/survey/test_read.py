"""Reading files: every ending, the texts they carry, and what is said when a file cannot be read."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from csisem.errors import CsisemWarning, DataError, DesignError, ScaleError
from csisem.survey import Scale, Survey, as_survey, read

if TYPE_CHECKING:
    from pathlib import Path

frame = pd.DataFrame(
    {"满意度": [1.0, 10.0, np.nan, 99.0], "q2": [1.0, 2.0, 3.0, 4.0], "地区": ["东", "西", "东", "西"]}
)
latin = frame.rename(columns={"满意度": "q1", "地区": "region"})


def write(path: Path, encoding: str = "utf-8") -> Path:
    ending = path.name.split(".", 1)[1]
    if ending in ("csv", "csv.gz"):
        frame.to_csv(path, index=False, encoding=encoding)
    elif ending == "tsv":
        frame.to_csv(path, index=False, sep="\t")
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    elif ending == "parquet":
        frame.to_parquet(path)
    elif ending in ("sav", "zsav"):
        pyreadstat.write_sav(frame, path, compress=ending == "zsav")
    elif ending == "dta":
        pyreadstat.write_dta(frame, path, version=15)
    return path


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "xlsx", "parquet", "sav", "zsav", "dta"])
def test_every_ending_gives_the_same_survey(tmp_path: Path, ending: str) -> None:
    survey = read(write(tmp_path / f"答卷.{ending}"), scale=(1, 10), missing_codes=99, items=["满意度", "q2"])
    assert survey.columns == ("满意度", "q2", "地区")
    np.testing.assert_array_equal(survey.answers()["满意度"], [1, 10, np.nan, np.nan])
    assert survey.counts().loc["满意度", ["refused", "blank"]].tolist() == [1, 1]
    assert survey.rows("q2", by="地区").labels == ("东", "西")


def test_por_files_are_read(tmp_path: Path) -> None:
    pyreadstat.write_por(latin[["q1", "q2"]], tmp_path / "a.por")
    survey = read(tmp_path / "a.por")
    np.testing.assert_array_equal(survey.answers(["Q2"])["Q2"], [1, 2, 3, 4])
    with pytest.raises(DataError, match=r"'a.por' is always read as UTF-8"):
        read(tmp_path / "a.por", encoding="gbk")


def test_spss_keeps_texts_labels_and_declared_codes(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    data = pd.DataFrame(
        {"q1": [1.0, 5, 99, 98], "q2": [1.0, 97, 98, 5], "sex": [1.0, 2, 9, 1], "note": ["a", "b", "c", "d"]}
    )
    pyreadstat.write_sav(
        data,
        path,
        column_labels={"q1": "总体质量", "q2": "价格"},
        variable_value_labels={"q1": {1.0: "很差", 5.0: "很好"}, "sex": {1.0: "男", 2.0: "女"}},
        missing_ranges={"q1": [98.0, 99.0], "q2": [{"lo": 97.0, "hi": 99.0}], "sex": [9.0]},
    )
    survey = read(path, scale=(1, 10), missing_codes=-1)
    assert survey.item_texts == {"q1": "总体质量", "q2": "价格"}
    assert survey.value_labels["sex"] == {1.0: "男", 2.0: "女"}
    quality = survey.scale_of("q1")
    assert quality == Scale(1, 10, missing_codes=(98, 99, -1))
    assert quality.labels == {1.0: "很差", 5.0: "很好"}
    assert survey.counts(["q1", "q2"])["refused"].tolist() == [2, 2]
    np.testing.assert_array_equal(survey.answers("q2")["q2"], [1, np.nan, np.nan, 5])
    # A code the file declares is no group, and whole numbers are labels without a fraction.
    assert survey.rows("q1", by="sex").labels == ("男", "女")
    assert Survey(data, missing_codes={"sex": 9}).rows("q1", by="sex").labels == (1, 2)
    assert list(map(type, Survey(data, missing_codes={"sex": 9}).rows("q1", by="sex").labels)) == [int, int]
    with pytest.raises(ScaleError, match="Item 'sex': Code 9 lies within the scale 1-10"):
        survey.rows("sex")


def test_texts_given_by_the_caller_win(tmp_path: Path) -> None:
    pyreadstat.write_sav(latin, tmp_path / "a.sav", column_labels={"q1": "old", "q2": "kept"})
    survey = read(tmp_path / "a.sav", item_texts={"q1": "新"})
    assert survey.item_texts == {"q1": "新", "q2": "kept"}


def test_a_declared_code_is_no_weight(tmp_path: Path) -> None:
    data = pd.DataFrame({"q": [1.0, 2, 3], "w": [1.0, 999, 2]})
    pyreadstat.write_sav(data, tmp_path / "a.sav", missing_ranges={"w": [999.0]})
    with pytest.raises(DesignError, match=r"1 missing \(first in row 2\)"):
        read(tmp_path / "a.sav", weights="w")
    assert read(tmp_path / "a.sav").answers("q")["q"].tolist() == [1, 2, 3]


def test_stata_keeps_texts_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "a.dta"
    data = pd.DataFrame({"q1": [1, 2, 3]})
    pyreadstat.write_dta(data, path, version=15, column_labels=["总体质量"], variable_value_labels={"q1": {1: "差"}})
    survey = read(path)
    assert survey.item_texts == {"q1": "总体质量"}
    assert survey.value_labels == {"q1": {1.0: "差"}}
    assert survey.answers("q1")["q1"].tolist() == [1, 2, 3]


def test_parquet_keeps_texts_of_its_columns(tmp_path: Path) -> None:
    fields = [pa.field("q1", pa.float64(), metadata={"label": "总体质量"}), pa.field("q2", pa.int64())]
    pq.write_table(pa.table([[1.0, 2.0], [3, 4]], schema=pa.schema(fields)), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").item_texts == {"q1": "总体质量"}


def test_a_csv_from_excel_loses_its_byte_order_mark(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.csv", "utf-8-sig")).columns[0] == "满意度"


def test_chinese_windows_text_is_read_and_said_to_be(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "gbk")
    with pytest.warns(CsisemWarning, match="'a.csv' is not UTF-8 and was read as GB18030") as said:
        survey = read(path)
    assert said[0].filename == __file__
    assert survey.columns == ("满意度", "q2", "地区")
    assert read(path, encoding="gb18030").rows("q2", by="地区").labels == ("东", "西")


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"q1,q2\n1,\x00\x81\n")
    with pytest.raises(DataError, match=r"'a.csv' is not text in UTF-8, UTF-16, GB18030 or Windows-1252; name its"):
        read(tmp_path / "a.csv")
    path = write(tmp_path / "b.csv", "utf-16")
    assert read(path).columns == read(path, encoding="utf-16").columns == ("满意度", "q2", "地区")
    with pytest.raises(DataError, match=r"'b.csv' is not text in utf-8; name its encoding"):
        read(path, encoding="utf-8")
    with pytest.raises(DataError, match="no encoding 'utf-61'"):
        read(path, encoding="utf-61")


def test_another_separator_is_found(tmp_path: Path) -> None:
    latin.to_csv(tmp_path / "a.csv", index=False, sep=";")
    survey = read(tmp_path / "a.csv")
    assert survey.columns == read(tmp_path / "a.csv", separator=";").columns == ("q1", "q2", "region")
    assert survey.source is not None
    assert survey.source.separator == ";"


def test_a_sheet_is_found_by_name_or_place(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="说明", index=False)
        latin.to_excel(book, sheet_name="答卷", index=False)
    assert read(path).columns == ("x",)
    assert read(path, sheet="答卷").columns == read(path, sheet=1).columns == ("q1", "q2", "region")
    with pytest.raises(DataError, match=r"has no sheet '答案' \(did you mean '答卷'\?\)"):
        read(path, sheet="答案")
    with pytest.raises(DataError, match="has 2 sheets, so there is no sheet=2"):
        read(path, sheet=2)


def test_a_missing_file_is_named_with_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "answers.csv")
    with pytest.raises(DataError, match=r"no file 'anwsers.csv' in .* \(did you mean 'answers.csv'\?\)"):
        read(tmp_path / "anwsers.csv")
    with pytest.raises(DataError, match="no folder"):
        read(tmp_path / "nowhere" / "answers.csv")


def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("x")
    with pytest.raises(DataError, match=r"'a.xls' cannot be read by its ending '.xls'; .*\.csv, .*\.parquet"):
        read(tmp_path / "a.xls")


@pytest.mark.parametrize("ending", ["xlsx", "sav", "por", "dta", "parquet"])
def test_a_broken_file_is_one_sentence(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_text("this is no such file")
    with pytest.raises(DataError, match=rf"'a.{ending}' cannot be read as .*[^.]\.$"):
        read(tmp_path / f"a.{ending}")


def test_an_empty_csv_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(DataError, match=r"'a.csv' cannot be read as delimited text: No columns"):
        read(tmp_path / "a.csv")


def test_an_unknown_option_is_a_type_error(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="scales"):
        read(write(tmp_path / "a.csv"), scales=(1, 10))  # type: ignore[call-arg]


def test_a_file_and_a_frame_take_the_same_options() -> None:
    file, frame = dict(signature(read).parameters), dict(signature(Survey).parameters)
    for name in ("path", "sheet", "encoding", "separator", "header", "skip", "decimal", "thousands"):
        del file[name]
    del frame["frame"]
    assert list(file.items()) == list(frame.items())


def test_as_survey_reads_a_path(tmp_path: Path) -> None:
    assert as_survey(str(write(tmp_path / "a.csv"))).n == 4
