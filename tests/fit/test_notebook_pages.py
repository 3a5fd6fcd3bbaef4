"""What a notebook shows of models, fits and bootstraps."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from html import unescape

import pandas as pd
import pytest

import csisem as cs
from diagram_models import INTERACTION, PRESETS


@cache
def retail(estimator="MLR"):
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), estimator)


def in_order(page, *parts):
    places = [page.index(part) for part in parts]
    assert places == sorted(places), parts


def test_a_fit_shows_verdict_measures_shares_diagram_paths_and_effects():
    fit = retail()
    page = unescape(fit._repr_html_())
    in_order(page, fit.status.verdict, "chi-square", "R-squared: Quality", "<svg", "</svg>", "<h4>Paths</h4>",
             "<summary>Loadings</summary>", "<h4>Effects</h4>")  # fmt: skip
    row = fit.paths.iloc[0]
    assert f"[{row['ci_lower']:.3f}, {row['ci_upper']:.3f}]" in page
    assert "<0.001" in page
    assert "e-0" not in page
    assert f"{row['std']:.2f}***" in page
    assert repr(fit) == fit._summary().text()


def test_a_refused_fit_says_so_first_and_folds_its_numbers_away():
    fit = cs.datasets.mobile_phone_model("full").fit(cs.datasets.mobile_phone())
    page = unescape(fit._repr_html_())
    in_order(page, f'<b style="color:#b00020">{fit.status.verdict}</b>', "<svg",
             "<summary>Paths (not to be used)</summary>", "<summary>Effects (not to be used)</summary>")  # fmt: skip
    assert "<h4>" not in page
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert fit.status.verdict in picture
    assert "R²" not in picture


def test_texts_of_the_data_are_escaped():
    names = {"Quality": "<script>q</script>", "Satisfaction": "<i>s</i>"}
    model = cs.models.acsi(quality=["q1", "q2"], satisfaction=["s1", "<b>s2"], names=names)
    answers = pd.DataFrame({"q1": [1, 2, 3, 4, 5, 3, 2] * 20, "q2": [2, 2, 3, 5, 5, 3, 1] * 20,
                            "s1": [1, 3, 3, 4, 5, 2, 2] * 20, "<b>s2": [1, 2, 4, 4, 4, 3, 2] * 20})  # fmt: skip
    for page in (model._repr_html_(), model.fit(answers)._repr_html_()):
        assert "<script>q" not in page
        assert "<i>s" not in page
        assert "<b>s2" not in page
        assert "&lt;script&gt;q" in page


def test_a_model_shows_its_diagram_and_equations():
    model = cs.datasets.mobile_phone_model("small")
    page = model._repr_html_()
    in_order(page, "<h3>ECSI, mobile phones, four constructs</h3>", "<svg", "Structural equations", "Measurement")
    assert "VAL = γ₁₁ EXP + ζ₁<br>SAT = β₂₁ VAL + γ₂₁ EXP + ζ₂<br>LOY = β₃₂ SAT + ζ₃" in page
    assert "EXP =~ CUEX1 + CUEX2 + CUEX3" in page
    assert "Tenenhaus" in page


@pytest.mark.parametrize("name", PRESETS)
def test_equations_have_a_term_for_every_path(name):
    model = PRESETS[name]
    page = model._repr_html_()
    for relation in model.relations:
        equation = page[page.index(f"{relation.lhs} = ") :].split("ζ")[0]
        assert f" {relation.rhs} +" in equation


@pytest.mark.parametrize("claim", ["S ~ c(a, b)*A", "S ~ A; s1 | t1", "S ~ A; s1 ~*~ s1"])
def test_models_that_need_groups_or_ordered_items(claim):
    page = cs.Model.from_syntax(f"A =~ a1 + a2; S =~ s1 + s2; {claim}")._repr_html_()
    assert "S ~ A" in page
    assert "</svg>" in page


def test_models_without_symbols_or_paths_or_with_very_many_constructs():
    assert "S ~ A + P + A:P" in cs.Model.from_syntax(INTERACTION)._repr_html_()
    assert "Structural" not in cs.Model.from_syntax("A =~ a1 + a2")._repr_html_()
    chain = [cs.Construct(f"C{k}", f"x{k}") for k in range(30)]
    many = cs.Model(chain, [(f"C{k}", f"C{k + 1}") for k in range(29)])
    assert "<svg" not in many._repr_html_()


def test_a_bootstrap_shows_its_intervals():
    drawn = cs.bootstrap(retail("ML"), n=100, seed=1)
    page, frame = drawn.html(), drawn.intervals()
    in_order(page, "100 replicates", "<h4>Paths</h4>", "95 % interval", "<summary>Loadings</summary>")
    for row in frame[frame["op"] == "~"].itertuples():
        assert f"[{row.ci_lower:.3f}, {row.ci_upper:.3f}]" in page
    assert "<h4>路径系数</h4>" in drawn.html("zh")
    assert repr(drawn) == "Bootstrap (Rao-Wu), 100 replicates, seed 1"


def test_a_bootstrap_with_too_few_replicates_for_intervals():
    assert "10 replicates" in cs.bootstrap(retail("ML"), n=10, seed=1).html()


def test_notebooks_need_no_matplotlib():
    code = ("import sys, csisem as cs; cs.datasets.mobile_phone_model('small')._repr_html_();"
            "print('matplotlib' in sys.modules)")  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
