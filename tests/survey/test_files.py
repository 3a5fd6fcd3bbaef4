"""Files as tools write them: what is read, and what a survey shows of it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest

import csisem as cs
from csisem.errors import CsisemWarning, DataError, OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from csisem.survey.files.source import FileSource


@pytest.fixture
def made(tmp_path: Path):
    """Return a reader of a csv file made of text."""

    def reads(text: str, written: str = "utf-8", name: str = "a.csv", **options: object) -> cs.Survey:
        (tmp_path / name).write_bytes(text.encode(written))
        return cs.read(tmp_path / name, **options)

    return reads


@pytest.fixture
def book(tmp_path: Path):
    """Return a reader of a workbook made of rows."""

    def reads(rows: list[list[object]], **options: object) -> cs.Survey:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        made.save(tmp_path / "a.xlsx")
        return cs.read(tmp_path / "a.xlsx", **options)

    return reads


def source(survey: cs.Survey) -> FileSource:
    assert survey.source is not None
    return survey.source


def codes(survey: cs.Survey) -> list[str]:
    return [note.code.removeprefix("file.") for note in source(survey).notes]


def means(survey: cs.Survey, *items: str) -> list[float]:
    return survey.frame[list(items)].mean().tolist()


# Shape


def test_trailing_separators_shift_no_column(made):
    survey = made("id,s1,s2,s3\n101,1,2,5,\n102,5,4,1,\n103,3,3,3,\n104,3,4,5,\n")
    assert survey.columns == ("id", "s1", "s2", "s3")
    assert means(survey, "s1", "s2") == [3.0, 3.25]
    assert codes(survey) == ["trailing"]
    assert source(survey).notes[0].fields["count"] == 4
    some = made("id,s1,s2\n1,1,2\n2,5,4,\n3,,3\n")
    assert some.frame["s2"].tolist() == [2, 4, 3]
    both = made("id,s1,\n1,2,\n2,3,\n")
    assert both.columns == ("id", "s1")
    assert codes(both) == ["empty_columns"]


@pytest.mark.parametrize("large", [False, True])
def test_rows_of_another_length_are_refused(made, large):
    body = "1,2,3\n" * (60_000 if large else 3)
    with pytest.raises(DataError, match=r"names 3 columns: row \d+ has 4 fields \(2 such rows\); quote cells"):
        made(f"a,b,c\n{body}1,2,3,4\n1,2,3,4\n")
    with pytest.raises(DataError, match=r"row \d+ has 2 fields \(1 such row\)"):
        made(f"a,b,c\n{body}1,2\n")
    with pytest.raises(DataError, match=r"row \d+ a quotation mark is never closed"):
        made(f'a,b,c\n{body}1,2,"3\n4,5,6\n')
    with pytest.raises(DataError, match=r"row \d+ a quotation mark within a quoted cell is not doubled"):
        made(f'a,b,c\n{body}1,2,"3\n4,5,"6\n')
    assert made(f'a,b,c\n{body}1,2,3" wide\n').n == body.count("\n") + 1
    assert made(f"a,b,c\n{body}1,2,3\n").n == body.count("\n") + 1


def test_a_separator_inside_a_name_is_none(made):
    survey = made("Zufrieden, gesamt;Qualitaet;Gewicht\n5;4;1,25\n3;2;0,75\n4;5;1,1\n")
    assert survey.columns == ("Zufrieden, gesamt", "Qualitaet", "Gewicht")
    assert survey.frame["Gewicht"].tolist() == [1.25, 0.75, 1.1]
    assert source(survey).separator == ";"
    assert source(survey).decimal == ","
    assert codes(survey) == ["decimal_commas"]


def test_two_separators_that_fit_are_a_question(made):
    text = "a;b,c\nx;y,z\nu;v,w\n"
    with pytest.raises(DataError, match=r"can be read with '.' as well as with '.' between its columns; pass sep"):
        made(text)
    assert made(text, separator=",").columns == ("a;b", "c")


def test_the_line_of_excel_names_the_separator(made):
    survey = made("sep=;\nq1;q2\n1;2\n3;4\n", "utf-16")
    assert survey.columns == ("q1", "q2")
    assert means(survey, "q1", "q2") == [2, 3]
    assert codes(survey) == ["sep_line"]
    assert source(survey).encoding == "utf-16"
    assert made('sep=\t\r\na\tb\r\n1\t"x\ty"\r\n').frame["b"].tolist() == ["x\ty"]


def test_empty_lines_and_rows(made):
    survey = made("a,b\n1,2\n\n,\n3,4\n\n")
    assert survey.n == 3
    assert codes(survey) == ["empty_rows"]
    assert source(survey).blanks == 2
    assert source(survey).notes[0] == "2 empty lines were left out."


def test_names_that_are_missing_or_occur_twice(made):
    survey = made(",q,q,q.1\n1,2,3,4\n2,3,4,5\n")
    assert survey.columns == ("column_1", "q_column_2", "q_column_3", "q.1")
    assert codes(survey) == ["same_names", "unnamed"]
    with pytest.raises(DataError, match="names 1 of 4 columns; pass skip="):
        made("a,,,\n1,2,3,4\n")
    with pytest.raises(DataError, match="holds numbers such as '5' where names are needed; pass header=0"):
        made("5,4,3\n4,4,2\n")
    assert made("5,4,3\n4,4,2\n", header=0).frame["column_2"].tolist() == [4, 4]
    assert made("2023,2024\n4,2\n", header=1).columns == ("2023", "2024")
    assert made("q1 ,q2\n1,2\n").columns == ("q1", "q2")


# Blanks


def test_words_are_answers_in_text_and_counted_blanks_in_numbers(made, book):
    rows = [["brand", "s1"], ["None", 5], ["NA", "NA"], ["null", "null"], ["nan", 3], [None, None], ["", "NA"]]
    text = "brand,s1\nNone,5\nNA,NA\nnull,null\nnan,3\n,\n,NA\n"
    for survey in (made(text), book(rows)):
        assert survey.frame["brand"].tolist()[:4] == ["None", "NA", "null", "nan"]
        assert survey.frame["brand"].isna().sum() == 2
        np.testing.assert_array_equal(survey.answers("s1")["s1"], [5, np.nan, np.nan, 3, np.nan, np.nan])
        assert source(survey).words == {"s1": {"NA": 2, "null": 1}}
        assert survey.rows("s1", by="brand").labels == ("None", "NA", "null", "nan")
        assert "'NA' in 2 cells of 's1'; 'null' in 1 cell of 's1'" in repr(survey)
        assert "words" in codes(survey)


def test_a_stray_text_among_numbers_is_named(made):
    survey = made("q\n1\n2\nabc\n3\n")
    assert source(survey).notes[0] == "'q' stays text: 3 cells are numbers and 1 is not, such as 'abc'."
    with pytest.raises(DataError, match="'q' is text where numbers are needed"):
        survey.answers("q")


def test_numbers_that_would_lose_digits_stay_text(made):
    survey = made("order,code,x\n12345678901234567,01,1\n12345678901234568,02,NA\n,03,inf\n")
    assert survey.frame["order"].tolist()[:2] == ["12345678901234567", "12345678901234568"]
    assert survey.frame["code"].tolist() == [1, 2, 3]
    assert survey.frame["x"].tolist() == ["1", "NA", "inf"]
    assert codes(survey) == ["leading_zeros"]
    assert made("x\n0x1F\n1_000\n").frame["x"].tolist() == ["0x1F", "1_000"]


# Decimal and thousands marks


def test_marks_of_numbers(made):
    survey = made("a;b;c;d\n1,5;1.234,5;1\u00a0234;2,345\n0,75;12,25;5;1,000\n")
    np.testing.assert_array_equal(survey.frame.to_numpy(), [[1.5, 1234.5, 1234, 2.345], [0.75, 12.25, 5, 1]])
    assert source(survey).decimal == ","
    assert {note.fields["mark"] for note in source(survey).notes if note.code == "file.thousands"} == {".", "\u00a0"}
    american = made('a,b\n1.5,"1,234"\n2.5,"12,345"\n')
    assert american.frame["b"].tolist() == [1234, 12345]
    assert source(american).thousands == ","
    # In a file with decimal commas, points stand between thousands.
    german = made("a;b\n1,5;1.234\n2,5;12.345\n")
    assert german.frame["b"].tolist() == [1234, 12345]


def test_a_number_with_two_readings_stays_text_until_it_is_declared(made):
    text = 'a,b\n"1,234",1\n"2,345",2\n'
    doubtful = made(text)
    assert doubtful.frame["a"].tolist() == ["1,234", "2,345"]
    assert source(doubtful).notes[0].startswith("'a' has values such as '1,234' that can be read in two ways")
    assert made(text, thousands=",").frame["a"].tolist() == [1234, 2345]
    assert made(text, decimal=",").frame["a"].tolist() == [1.234, 2.345]
    # Lists of answers in a comma-separated file are no decimals.
    several = made('why,b\n"1,2",1\n"2,3",2\n')
    assert several.frame["why"].tolist() == ["1,2", "2,3"]
    assert made("a,b\n1.234,1\n2.500,2\n").frame["a"].tolist() == [1.234, 2.5]
    assert made("a,b\n1.234,1\n2.500,2\n", decimal=",").frame["a"].tolist() == [1234, 2500]
    assert made("a,b\n1.000,1\n2.000,2\n", thousands=".").frame["a"].tolist() == [1000, 2000]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"decimal": ";"}, r"decimal= must be '.' or ','; got ';'"),
        ({"decimal": ".", "thousands": "."}, "thousands= must be a mark other than decimal="),
        ({"separator": ";;"}, "separator= must be one character; got ';;'"),
        ({"header": -1}, "header"),
        ({"skip": 1.5}, "skip"),
    ],
)
def test_options_are_checked(made, options, said):
    with pytest.raises(OptionError, match=said):
        made("a;b\n1;2\n", **options)


def test_options_that_do_not_apply_are_refused(book, tmp_path):
    with pytest.raises(OptionError, match="separator= does not apply to an Excel file"):
        book([["a"], [1]], separator=";")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(OptionError, match="skip= does not apply to a Parquet file"):
        cs.read(tmp_path / "a.parquet", skip=1)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_found_by_itself(made, encoding):
    survey = made("编号,满意度\n1,5\n2,4\n", encoding)
    assert survey.columns == ("编号", "满意度")
    assert codes(survey) == []


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("gbk", "编号,满意度\n1,非常满意\n2,一般\n", "gb18030"),
        ("gb18030", "编号,姓名\n1,朱镕基\n2,㐀\n", "gb18030"),
        ("cp1252", "Nr;Qualität;Größe\n1;gut;1,5\n2;für;0,5\n", "cp1252"),
        ("latin-1", "id,région\n1,Île-de-France\n2,Rhône-Alpes\n", "cp1252"),
    ],
)
def test_other_encodings_are_guessed_and_said(made, encoding, text, found):
    with pytest.warns(CsisemWarning, match="is not UTF-8 and was read as"):
        survey = made(text, encoding)
    assert source(survey).encoding == found
    assert codes(survey)[0] == "encoding"
    assert list(survey.columns) == text.partition("\n")[0].replace(";", ",").split(",")
    assert survey.frame.iloc[1, 1] == text.splitlines()[2].replace(";", ",").split(",")[1]


# Tools

QUALTRICS = (
    'StartDate,ResponseId,Q1,Q2\n"Start Date",Response ID,"How satisfied\nare you, overall?",Why?\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"\n'
    "2024-01-01,R_1,5,good\n2024-01-02,R_2,3,\n"
)


def test_qualtrics(made, book):
    survey = made(QUALTRICS)
    rows = [line.split(",") for line in ("a,b", "Text a,Text b", '{"ImportId":"1"},{"ImportId":"2"}')]
    excel = book([*rows, [1, 2], [3, 4]])
    assert survey.n == excel.n == 2
    assert survey.answers("Q1")["Q1"].tolist() == [5, 3]
    assert survey.item_texts["Q1"] == "How satisfied\nare you, overall?"
    assert excel.item_texts == {"a": "Text a", "b": "Text b"}
    assert codes(survey) == codes(excel) == ["qualtrics"]
    assert "header in rows 1-3" in repr(survey)


def test_surveymonkey(made):
    survey = made(
        "Respondent ID,Collector ID,How satisfied are you?,,,Recommend?\n,,Price,Staff,Other (specify),Response\n"
        "1,9,5,4,,Yes\n2,9,3,2,parking,No\n"
    )
    assert survey.columns == (
        "Respondent ID", "Collector ID", "How satisfied are you? - Price", "How satisfied are you? - Staff",
        "How satisfied are you? - Other (specify)", "Recommend?",
    )  # fmt: skip
    assert survey.n == 2
    assert codes(survey) == ["two_rows"]


def test_a_row_of_texts_above_numbers_is_no_answer(made, book):
    text = "id,q1,q2,note\nNumber,Overall,Quality,Anything else\n1,5,4,x\n2,4,NA,\n3,3,3,y\n"
    rows = [line.split(",") for line in text.splitlines()[:2]] + [[1, 5, 4, "x"], [2, 4, None, None], [3, 3, 3, "y"]]
    for survey in (made(text), book(rows)):
        assert survey.n == 3
        assert survey.item_texts["q1"] == "Overall"
        assert codes(survey)[0] == "texts_row"
    assert made(text, header=1).n == 4
    # Labels beside numbers are answers.
    assert made("id,q1\n1,good\n2,fair\n3,poor\n").n == 3
    assert made("id,q1,q2\nNA,NA,NA\n1,2,3\n2,2,2\n3,3,3\n").n == 4


def test_titles_above_the_header(made, book):
    text = "Customer survey 2024,,\n,,\nid,s1,s2\n1,5,4\n2,3,2\n"
    rows = [["Customer survey 2024"], [], ["id", "s1", "s2"], [1, 5, 4], [2, 3, 2]]
    for survey in (made(text), made(text.replace(",,\n", "\n", 1)), book(rows), made(text, skip=2)):
        assert means(survey, "s1", "s2") == [4, 3]
        assert source(survey).skipped == 2
        assert "header in row 3" in repr(survey)
    assert source(book(rows)).notes[0] == "2 rows above the header were skipped: 'Customer survey 2024'."
    with pytest.raises(DataError, match="no row below the 9 that skip= leaves out"):
        book(rows, skip=9)


def test_excel_with_merged_heads_and_dates(book):
    survey = book([["Quality", None, "Value", None], ["staff", "goods", "price", "offer"], *[[1, 2, 3, 4]] * 3])
    assert survey.columns == ("Quality - staff", "Quality - goods", "Value - price", "Value - offer")
    day = pd.Timestamp("2024-03-01").to_pydatetime()
    dated = book([["day", "q", "ok"], [day, "5", True], [day, "4", False]])
    assert dated.frame["day"].dtype.kind == "M"
    assert dated.frame["q"].tolist() == [5, 4]
    assert codes(dated) == ["stored_as_text"]


LIMESURVEY = (
    '"id","submitdate","lastpage","Zufriedenheit [Preis]","Zufriedenheit [Personal]","Warum?"\r\n'
    '"1","2024-03-01 10:00:00","3","5","N/A","zu teuer; zu laut"\r\n"2","2024-03-02 11:00:00","3","4","2",""\r\n'
)


@pytest.mark.parametrize("separator", [",", ";"])
def test_limesurvey(made, separator):
    survey = made(LIMESURVEY.replace('","', f'"{separator}"'), "utf-8-sig")
    assert survey.columns[3:5] == ("Zufriedenheit [Preis]", "Zufriedenheit [Personal]")
    np.testing.assert_array_equal(survey.answers(survey.columns[4]).to_numpy()[:, 0], [np.nan, 2])
    assert source(survey).words == {"Zufriedenheit [Personal]": {"N/A": 1}}
    assert survey.frame["Warum?"].tolist()[0] == "zu teuer; zu laut"


WENJUANXING = [
    ["序号", "提交答卷时间", "所用时间", "来源", "1、您的性别", "2、您选择的原因", "3、满意度—质量", "3、满意度—价格"],
    ["1", "2024/3/1 10:00:00", "128秒", "微信", "男", "方便┋便宜", "5", "(跳过)"],
    ["2", "2024/3/1 10:05:00", "90秒", "链接", "女", "其他〖朋友,家人〗", "4", "3"],
    ["3", "2024/3/1 10:09:00", "77秒", "微信", "女", "(空)", "(空)", "2"],
]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_wenjuanxing_text(made, encoding):
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in WENJUANXING)
    survey = made(text, encoding, encoding="gbk" if encoding == "gbk" else None)
    assert survey.n == 3
    assert source(survey).words == {"3、满意度—质量": {"(空)": 1}, "3、满意度—价格": {"(跳过)": 1}}
    assert survey.frame["2、您选择的原因"].tolist() == ["方便┋便宜", "其他〖朋友,家人〗", "(空)"]


def test_wenjuanxing_workbook(book):
    survey = book(WENJUANXING)
    np.testing.assert_array_equal(survey.answers("3、满意度—价格")["3、满意度—价格"], [np.nan, 3, 2])
    assert codes(survey) == ["words", "words", "stored_as_text"]


# Marks, spaces, sheets


def test_a_line_of_excel_that_names_another_separator_is_refused(made):
    with pytest.raises(DataError, match=r"has one column, 'id,s1'; pass separator=','"):
        made("sep=;\nid,s1\n1,2\n3,4\n")
    assert made("sep=;\nid,s1\n1,2\n3,4\n", separator=",").columns == ("id", "s1")
    assert made("sep=;\nid,s1\n1\n2\n", header=1).columns == ("id,s1",)


def test_cells_of_spaces_among_numbers_are_counted_as_empty(made, book):
    for survey in (made("id,s1,t\n1, ,a\n2,3, \n3,,c\n"), book([["id", "s1", "t"], [1, " ", "a"], [2, 3, " "], [3]])):
        assert survey.frame["s1"].isna().tolist() == [True, False, True]
        assert survey.frame["t"].tolist()[1] == " "
        assert source(survey).blanks == 2 + survey.frame["t"].isna().sum()
        assert codes(survey) == []


def test_numbers_written_with_marks_stay_text_and_are_named(made):
    survey = made("id;paid;share;day\n1;1 234,50;45%;01.02.2024\n2;12 000,00;50%;02.02.2024\n")
    assert codes(survey) == ["unread", "unread"]
    assert source(survey).notes[0].startswith("'paid' stays text: its cells, such as '1 234,50', have marks that are")
    assert made("id;paid\n1;1 234,50\n2;12 000,00\n", thousands=" ").frame["paid"].tolist() == [1234.5, 12000]


def test_text_files_of_any_ending_are_read(made):
    for name in ("a.txt", "A.TXT"):
        assert made("id\ts1\ttext\n1\t2\ta,b\n3\t4\tc\n", name=name).frame["text"].tolist() == ["a,b", "c"]


def test_the_sheet_of_several_is_said(tmp_path):
    workbook = openpyxl.Workbook()
    for sheet in (workbook.active, workbook.create_sheet("labels")):
        sheet.append(["id", "s1"])
        sheet.append([1, 5])
    workbook.save(tmp_path / "a.xlsx")
    assert source(cs.read(tmp_path / "a.xlsx")).notes == ("The file has 2 sheets; 'Sheet' was read.",)
    assert source(cs.read(tmp_path / "a.xlsx", sheet="labels")).notes[0].endswith("'labels' was read.")


def test_a_quotation_mark_in_a_large_file_is_checked(made):
    head = "id,text\n" + "".join(f'{i},"a ""good"" one"\n' for i in range(15_000))
    assert made(head).frame["text"].tolist()[-1] == 'a "good" one'
    with pytest.raises(DataError, match="in row 15002 a quotation mark within a quoted cell is not doubled"):
        made(head + '1,"a "bad" one"\n')
    with pytest.raises(DataError, match="a quotation mark is never closed"):
        made(head + '1,"open\n')


# The source on the survey


def test_the_source_goes_along(made):
    survey = made("q;w\n5;1,5\n3;0,5\nNA;1\n")
    assert survey.with_design(cs.Design(weights="w")).source is survey.source
    other = made("q;w\n1;1,5\n2;0,5\n", name="b.csv")
    assert source(survey.with_answers(other)).name == "b.csv"
    assert survey.with_answers(other.frame).source is None
    assert pickle.loads(pickle.dumps(survey.source)) == survey.source
    with pytest.raises(AttributeError):
        source(survey).rows = 5
    page = survey._repr_html_()
    assert "a.csv (text); utf-8; separator &#x27;;&#x27;" in page
    assert "1 cell of &#x27;q&#x27;" in page
    assert source(survey).notes[0].text("zh") == "数值列 'q' 的 1 个单元格中的 “NA” 按空白读取。"
    assert cs.Survey(survey.frame).source is None


def test_a_mark_that_is_never_closed_is_found_in_the_first_row(made):
    rows = "".join(f"{i},{i % 5}\n" for i in range(40_000))
    with pytest.raises(DataError, match="in row 2 "):
        made(f'id,s1\n1,"2\n{rows}')
