"""The command `csisem plot`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli import pictures
from csisem.cli.fit_options import KINDS
from csisem.cli.program import app

STARTS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
MODEL = ("--model", "MODEL", "--scale", 1, 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers")
    cs.datasets.retail_survey().frame.iloc[::4].to_csv(place / "data.csv", index=False)
    (place / "model.txt").write_text(
        "Q =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Q", encoding="utf-8"
    )
    (place / "two.txt").write_text("S =~ s1 + s2", encoding="utf-8")
    return place


def run(folder, *options):
    given = [folder / "model.txt" if one == "MODEL" else one for one in ("plot", folder / "data.csv", *options)]
    return CliRunner().invoke(app, [str(one) for one in given], catch_exceptions=False)


@pytest.mark.parametrize(
    ("ending", "language", "options"),
    [
        (".png", "en", ("--kind", "path-diagram", *MODEL)),
        (".svg", "zh", ("--kind", "likert", "--item", "s1", "--item", "s2")),
        (".pdf", "en", ("--kind", "ipma", *MODEL, "--title", "Where to act")),
    ],
)
def test_pictures_are_written(folder, tmp_path, ending, language, options):
    out = tmp_path / f"p{ending}"
    done = run(folder, *options, "--language", language, "--out", out)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{'已写入' if language == 'zh' else 'Wrote'} {out}\n"
    assert out.read_bytes().startswith(STARTS[ending])


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (("--kind", "index", *MODEL, "--by", "region"), "Satisfaction by region"),
        (("--kind", "ranks", *MODEL, "--by", "firm"), "Ranks"),
        (("--kind", "trend", *MODEL, "--wave", "wave"), "Satisfaction over the waves"),
        (("--kind", "scree", "--item", "s1", "--item", "s2", "--item", "q1"), "Scree plot"),
        (("--kind", "bar", *MODEL), ""),
        (("--kind", "bar", "--item", "s1"), "s1"),
        (("--kind", "pie", "--item", "region", "--title", "区域"), "区域"),
        (("--kind", "crosstab", *MODEL, "--by", "firm"), "Satisfaction by firm"),
        (("--kind", "group-means", *MODEL, "--by", "region"), "Mean of Satisfaction by region"),
        (("--kind", "gaps", "--pair", "overall=e1,q1", "--scale", 1, 10), "Expectation and perception"),
        (("--kind", "bootstrap", *MODEL, "--bootstrap", 20, "--seed", 1), "20 bootstrap replicates"),
    ],
)
def test_what_is_drawn(folder, tmp_path, monkeypatch, options, title):
    import matplotlib.pyplot as plt

    drawn = []
    monkeypatch.setattr(pictures, "written", lambda axes, request: drawn.append(axes))
    done = run(folder, *options, "--out", tmp_path / "p.png")
    assert done.exit_code == 0, done.stderr
    assert drawn[0].get_title().startswith(title)
    assert title or not drawn[0].get_title()
    plt.close(drawn[0].get_figure(root=True))


def test_every_kind_has_a_picture():
    assert set(KINDS) == {*pictures._OF_FIT, *pictures._OF_ANSWERS}
    known = {"group-means": "group_means", "probability-paper": "probability_paper", "path-diagram": "path_diagram"}
    for kind in KINDS:
        how = pictures._OF_FIT.get(kind) or pictures._OF_ANSWERS[kind]
        assert how.draw is getattr(cs.plot, known.get(kind, kind))


def test_a_fit_that_must_not_be_used_is_drawn_with_its_mark_and_exit_code_1(folder, tmp_path):
    out = tmp_path / "p.svg"
    done = run(folder, "--kind", "path-diagram", "--model", folder / "two.txt", "--out", out)
    assert done.exit_code == 1
    assert out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--kind", "likertt", "--item", "s1"), "(did you mean 'likert'?)."),
        (("--kind", "likert"), "--kind likert needs --item."),
        (("--kind", "likert", "--item", "s11"), "--item names 's11', which is not a column of the data (did you mean"),
        (("--kind", "index", "--scale", 1, 10), "--kind index is drawn from a fit; give --model FILE."),
        (("--kind", "index", "--model", "MODEL"), "--kind index needs --scale."),
        (("--kind", "trend", *MODEL), "--kind trend needs --wave."),
        (("--kind", "bootstrap", *MODEL), "--kind bootstrap needs --bootstrap."),
        (("--kind", "pie", "--item", "s1", "--item", "s2"), "--kind pie is of one question; give --item once, not 2"),
        (("--kind", "crosstab", *MODEL, "--by", "firm", "--by", "region"), "--kind crosstab takes one --by, not 2."),
        (("--kind", "gaps", "--pair", "a=e1", "--scale", 1, 10), "--pair takes NAME=ITEM,ITEM, such as service=e1,q1,"),
        (("--kind", "scree"), "--kind scree needs --item, or --model."),
        (("--kind", "index", *MODEL, "--by", "regoin"), "--by names 'regoin', which is not a column"),
        (("--kind", "ipma", *MODEL, "--target", "Qality"), "--target names 'Qality', which is no construct"),
        (("--kind", "likert", "--item", "s1", "--dpi", 1), "--dpi"),
    ],
)
def test_refusals(folder, tmp_path, options, said):
    done = run(folder, *options, "--out", tmp_path / "p.png")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "p.png").exists()


def test_refused_files(folder, tmp_path):
    for out, said in (("p.gif", "must end in '.png', '.svg', '.pdf'; got '.gif'."), ("no/p.png", "there is no folder")):
        done = run(folder, "--kind", "likert", "--item", "s1", "--out", tmp_path / out)
        assert done.exit_code == 2
        assert said in done.stderr
    (tmp_path / "taken.png").mkdir()
    done = run(folder, "--kind", "likert", "--item", "s1", "--out", tmp_path / "taken.png")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
