"""The same model by another program; R's lavaan is played by a shell script, so that no test needs R."""

from __future__ import annotations

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.engines.cross_check import AGREEMENT
from lavaan_golden import answers, drawn, golden

COLUMNS = ["lhs", "op", "rhs", "group", "label", "est", "se"]


def _fit(name, **more):
    case = golden(name)
    return cs.Model.from_syntax(case.text).fit(answers(case.data), **case.arguments(), **more)


def _answer(fit, *, converged="TRUE", scale=1.0):
    """What the R script prints when lavaan finds our estimates, times ``scale``."""
    lines = ["Loading something", f"csisem converged {converged}", "csisem iterations 42"]
    lines.append("csisem theta " + " ".join(repr(float(value)) for value in fit.solution.theta * scale))
    lines += ["csisem vcov " + " ".join(repr(float(value)) for value in row) for row in fit.vcov]
    return "\n".join(lines) + "\n"


@pytest.fixture
def rscript(tmp_path, monkeypatch):
    """Put a program called Rscript on the PATH that keeps its input and prints what it is told."""

    def install(output="", code=0, said=""):
        folder = tmp_path / "bin"
        folder.mkdir()
        (tmp_path / "output").write_text(output, encoding="utf-8")
        program = folder / "Rscript"
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --vanilla ] || exit 9\nshift\n'
            f'cp -r "$2" "{tmp_path}/given"\nprintf "%s\\n" "$@" > "{tmp_path}/arguments"\n'
            f'cat "{tmp_path}/output"\nprintf "%s" "{said}" >&2\nexit {code}\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return tmp_path

    return install


@pytest.mark.parametrize("name", ["democracy", "abilities_second_order", "mobi_small", "covariates_fixed"])
def test_semopy_agrees(name):
    fit = _fit(name)
    frame = cs.cross_check(fit)
    assert list(frame) == [*COLUMNS, "semopy_est", "semopy_se", "est_diff", "se_diff", "agrees"]
    assert frame["agrees"].all()
    pd.testing.assert_frame_equal(frame[COLUMNS], fit.parameters[COLUMNS])
    assert frame.attrs["engine"] == "semopy"
    assert frame.attrs["n"] == fit.n
    assert frame.attrs["chisq"] == fit.fit_measures()["chisq"]
    assert frame.attrs["chisq_diff"] == frame.attrs["semopy_chisq"] - frame.attrs["chisq"]
    # Estimates are within sqrt(excess chi-square) errors of the minimum.
    assert -1e-9 < frame.attrs["chisq_diff"] < AGREEMENT**2
    assert frame.attrs["largest_est_diff"] == frame["est_diff"].abs().max() < AGREEMENT
    assert frame.attrs["largest_se_diff"] == frame["se_diff"].abs().max() < AGREEMENT


def test_definitions_are_compared_too():
    fit = cs.Model.from_syntax("v =~ x1 + a*x2 + b*x3 + x4\nd := a - b").fit(answers("holzinger"))
    frame = cs.cross_check(fit)
    row = frame[frame["op"] == ":="].iloc[0]
    assert row["agrees"]
    assert row["semopy_se"] == pytest.approx(row["se"], rel=AGREEMENT)


def test_differences_are_in_units_of_the_error():
    fit = _fit("mobi_small")
    theta = fit.solution.theta.copy()
    theta[0] += 2 * np.sqrt(fit.vcov[0, 0])
    frame = cs.cross_check(replace(fit, solution=replace(fit.solution, theta=theta)))
    moved = ~frame["agrees"]
    # The difference counts from the estimate under test to the other program's.
    assert frame.loc[moved, "est_diff"].tolist() == pytest.approx([-2.0], abs=AGREEMENT)
    assert fit.solution.table.representatives[0] == frame.index[moved][0]
    assert frame.attrs["chisq_diff"] < 0


def test_a_wrong_divisor_is_found():
    case = golden("mobi_small")
    data = answers(case.data)
    fit = cs.Model.from_syntax(case.text).fit(data)
    moments = cs.Moments.from_table(n=len(data), cov=data[list(fit.model.items)].cov(), divisor="n")
    frame = cs.cross_check(fit, moments)
    variances = frame["lhs"] == frame["rhs"]
    assert not frame.loc[variances, "agrees"].any()


def test_data_none_means_the_fitted_moments():
    fit = _fit("mobi_small")
    data = answers("mobi")
    pd.testing.assert_frame_equal(cs.cross_check(fit, data), cs.cross_check(fit))
    pd.testing.assert_frame_equal(cs.cross_check(fit, cs.Survey(data)), cs.cross_check(fit))
    half = cs.cross_check(fit, data.iloc[:125])
    assert half.attrs["n"] == 125
    assert not half["agrees"].all()


def test_an_inadmissible_fit_is_compared_with_a_warning():
    fit = _fit("heywood_indicator")
    with pytest.warns(cs.InadmissibleFitWarning, match="cross-check is of an inadmissible fit"):
        frame = cs.cross_check(fit)
    assert frame["agrees"].all()


def test_refusals():
    fit = _fit("mobi_small")
    with pytest.raises(cs.OptionError, match="did you mean 'lavaan'"):
        cs.cross_check(fit, engine="lavan")
    with pytest.raises(cs.OptionError, match="semopy's own"):
        cs.cross_check(_fit("mobi_small", engine="semopy"))
    with pytest.raises(cs.UnusableFitError, match="A cross-check cannot be computed"):
        cs.cross_check(_fit("unidentified_pair"))
    with pytest.raises(cs.OptionError, match="one group"):
        cs.cross_check(_fit("abilities_metric"))
    with pytest.raises(cs.ModelError, match="covariances only"):
        cs.cross_check(_fit("mobi_small_means"))
    with pytest.raises(cs.DataError, match="same answer"):
        cs.cross_check(fit, answers("mobi").assign(CUSA1=5))
    grouped = _fit("abilities_metric")
    other = answers("holzinger").assign(school="one")
    with pytest.raises(cs.DataError, match="The fit has the groups"):
        cs.cross_check(grouped, other, engine="lavaan")


def test_a_program_that_does_not_converge(monkeypatch):
    fit = _fit("democracy")
    monkeypatch.setattr("csisem.fit.engines.semopy.STOP", 1e-2)
    with pytest.raises(
        cs.UnusableFitError, match="semopy has no usable solution to compare with: The estimation did not"
    ):
        cs.cross_check(fit)


def test_lavaan_answers(rscript):
    fit = _fit("mobi_small")
    folder = rscript(_answer(fit))
    frame = cs.cross_check(fit, engine="lavaan")
    assert list(frame) == [*COLUMNS, "lavaan_est", "lavaan_se", "est_diff", "se_diff", "agrees"]
    assert frame["agrees"].all()
    np.testing.assert_allclose(frame["lavaan_se"], fit.parameters["se"], rtol=1e-12)
    assert frame.attrs["lavaan_chisq"] == pytest.approx(fit.fit_measures()["chisq"], rel=1e-12)
    arguments = (folder / "arguments").read_text().split()
    assert arguments[2:] == ["1", str(fit.solution.table.npar), "250", "FALSE", "normal", "expected", "ML", "standard"]
    assert not (folder / "given" / "gamma1.csv").exists()
    cov = pd.read_csv(folder / "given" / "cov1.csv").to_numpy()
    np.testing.assert_array_equal(cov, fit.solution.sample_cov[0])


def test_lavaan_gets_weights_in_its_own_order(rscript):
    data = answers("mobi")
    model = cs.Model.from_syntax(golden("mobi_small").text)
    fit = model.fit(data, estimator="WLS", meanstructure=True)
    folder = rscript(_answer(fit))
    assert cs.cross_check(fit, engine="lavaan")["agrees"].all()
    assert (folder / "arguments").read_text().split()[-2:] == ["WLS", "standard"]
    gamma = pd.read_csv(folder / "given" / "gamma1.csv").to_numpy()
    centred = (data[list(fit.solution.table.observed)] - data[list(fit.solution.table.observed)].mean()).to_numpy()
    p = centred.shape[1]
    # lavaan's triangles run by columns.
    pairs = [(i, j) for j in range(p) for i in range(j, p)]
    products = np.column_stack([centred, *(centred[:, i] * centred[:, j] for i, j in pairs)])
    np.testing.assert_allclose(gamma, np.cov(products.T, ddof=0), rtol=1e-10, atol=1e-10)
    without = replace(fit, solution=replace(fit.solution, data=None))
    with pytest.raises(cs.DataError, match="needs the rows for estimator='WLS', and the fit holds none; give data="):
        cs.cross_check(without, engine="lavaan")
    with pytest.raises(cs.OptionError, match="engine='semopy' estimates by 'ML' only, not by 'GLS'; use engine='lav"):
        cs.cross_check(model.fit(data, estimator="GLS"))


def test_robust_least_squares_is_asked_of_lavaan(rscript):
    fit = cs.Model.from_syntax(golden("mobi_small").text).fit(answers("mobi"), estimator="ULSM")
    folder = rscript(_answer(fit))
    assert cs.cross_check(fit, engine="lavaan")["agrees"].all()
    assert (folder / "arguments").read_text().split()[-2:] == ["ULS", "robust.sem"]
    assert (folder / "given" / "gamma1.csv").exists()


@pytest.mark.parametrize("engine", ["semopy", "lavaan"])
@pytest.mark.parametrize("how", ["MLR", "MLM", "weights", "clusters", "replicates"])
def test_robust_errors_are_not_asked_of_others(rscript, engine, how):
    frame = drawn(answers("mobi"))
    weights = {f"r{k}": frame["w"] * (frame["c25"] != k) * 25 / 24 for k in range(25)}
    options = {
        "weights": {"weights": "w"},
        "clusters": {"clusters": "c25", "weights": "w"},
        "replicates": {"weights": "w", "replicate_weights": tuple(weights), "replicate_type": "JK1"},
    }
    design = cs.Design(**options.get(how, {}))
    model = cs.Model.from_syntax(golden("mobi_small").text)
    fit = model.fit(frame.assign(**weights), how if how in ("MLR", "MLM") else "MLR", design=design)
    if engine == "lavaan":
        folder = rscript(_answer(model.fit(frame, design=cs.Design(weights=design.weights))))
    source = {"clusters": "sampling design", "replicates": "replicate weights"}.get(how, "rows")
    with pytest.warns(
        cs.CsisemWarning, match=rf"^Estimates alone are compared: ML[MR]'s standard errors come from the {source}"
    ):
        found = cs.cross_check(fit, engine=engine)
    assert found["agrees"].all()
    assert found[[f"{engine}_se", "se_diff"]].isna().all(axis=None)
    assert (found["est_diff"].abs() < AGREEMENT).all()
    assert len(found.attrs["notes"]) == 1
    if engine == "lavaan":
        assert "expected" in (folder / "arguments").read_text()


def test_a_pooled_fit_is_not_checked_as_a_whole():
    model, frame = cs.Model.from_syntax(golden("mobi_small").text), answers("mobi")
    with pytest.raises(cs.OptionError, match=r"one data set; take those of fit\.imputed\.fits"):
        cs.cross_check(model.fit([frame, frame]))


def test_lavaan_disagrees(rscript):
    fit = _fit("mobi_small")
    rscript(_answer(fit, scale=1.1))
    frame = cs.cross_check(fit, engine="lavaan")
    assert not frame.loc[frame["se"] > 0, "agrees"].any()
    assert frame.attrs["chisq_diff"] > 0


def test_lavaan_gets_groups_means_and_constraints(rscript):
    text = "视觉 =~ c(1,1)*`第 1 题` + c(a,a)*x2 + c(b,d)*x3\nd == 2*a\n视觉 ~~ start(0.7)*视觉"
    data = answers("holzinger").rename(columns={"x1": "第 1 题"})
    fit = cs.Model.from_syntax(text).fit(data, groups="school")
    folder = rscript(_answer(fit))
    assert cs.cross_check(fit, engine="lavaan")["agrees"].all()
    lines = (folder / "given" / "model.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:5] == ["group: 1", "w0 =~ 1.0*v0", "w0 =~ p0*v1", "w0 =~ p1*v2", "w0 ~~ p2*w0 + start(0.7)*w0"]
    assert "v0 ~ p6*1" in lines
    assert "w0 ~ 0.0*1" in lines
    assert lines[lines.index("group: 2") + 2] == "w0 =~ p0*v1"
    constrained = [line for line in lines if "==" in line]
    assert constrained == ["r13 == 0.0 + (2.0)*p0"]
    assert "w0 =~ r13*v2" in lines
    assert (folder / "given" / "mean2.csv").exists()


def test_lavaan_is_stopped_after_its_time(rscript, tmp_path):
    fit = _fit("mobi_small")
    rscript()
    (tmp_path / "bin" / "Rscript").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    begin = time.monotonic()
    with pytest.raises(cs.UnusableFitError, match=r"did not finish within 0\.2 seconds and was stopped; pass a longer"):
        cs.cross_check(fit, engine="lavaan", time_limit=0.2)
    assert time.monotonic() - begin < 20
    for wrong in (-1, "5", float("nan")):
        with pytest.raises(cs.OptionError, match="time_limit="):
            cs.cross_check(fit, engine="lavaan", time_limit=wrong)


def test_an_rscript_that_cannot_start(rscript, tmp_path):
    rscript()
    (tmp_path / "bin" / "Rscript").write_bytes(b"\x7fELF no program")
    with pytest.raises(cs.OptionError, match="Rscript cannot be started"):
        cs.cross_check(_fit("mobi_small"), engine="lavaan")


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_a_profile_in_the_folder_is_not_run(tmp_path, monkeypatch):
    (tmp_path / ".Rprofile").write_text('writeLines("ran", "ran.txt"); quit(status = 7)\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # R may be there without lavaan.
    with suppress(cs.OptionError):
        cs.cross_check(_fit("mobi_small"), engine="lavaan")
    assert not (tmp_path / "ran.txt").exists()


def test_semopy_in_threads_gives_the_same_numbers():
    """semopy keeps the methods that read a model's text on its class, where the last model's stood for all."""
    fit = _fit("mobi_small")
    alone = cs.cross_check(fit)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(6) as pool:
            every = list(pool.map(lambda _: cs.cross_check(fit), range(24)))
    finally:
        sys.setswitchinterval(interval)
    for other in every:
        pd.testing.assert_frame_equal(other, alone, rtol=0, atol=1e-12)


def test_lavaan_is_missing(rscript, monkeypatch, tmp_path):
    fit = _fit("mobi_small")
    sentence = "engine='lavaan' needs Rscript with the package lavaan on the PATH."
    # The script's code for an R without lavaan.
    rscript(code=3)
    with pytest.raises(cs.OptionError, match=sentence):
        cs.cross_check(fit, engine="lavaan")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(cs.OptionError, match=sentence):
        cs.cross_check(fit, engine="lavaan")


@pytest.mark.parametrize(
    ("output", "code", "said", "error", "sentence"),
    [
        ("", 1, "Error: lavaan ERROR: no", cs.ModelError, "lavaan did not fit the model: Error: lavaan ERROR: no"),
        ("", 1, "", cs.ModelError, "it gives no reason"),
        ("csisem converged TRUE\n", 0, "", cs.ModelError, "could not be read"),
        ("csisem converged TRUE\ncsisem iterations 3\ncsisem theta 1 2\n", 0, "", cs.ModelError, "could not be read"),
    ],
)
def test_lavaan_fails(rscript, output, code, said, error, sentence):
    rscript(output, code, said)
    with pytest.raises(error, match=sentence):
        cs.cross_check(_fit("mobi_small"), engine="lavaan")


def test_lavaan_finds_nothing(rscript):
    fit = _fit("mobi_small")
    rscript(_answer(fit, converged="FALSE"))
    with pytest.raises(cs.UnusableFitError, match=r"lavaan has no usable solution to compare with: .* 42 iterations"):
        cs.cross_check(fit, engine="lavaan")


def test_lavaan_has_no_errors(rscript):
    fit = _fit("mobi_small")
    lost = replace(fit.solution.errors, covariance=np.full_like(fit.vcov, np.nan))
    without = replace(fit, solution=replace(fit.solution, errors=lost))
    rscript(_answer(without).replace("nan", "NA"))
    with pytest.raises(cs.UnusableFitError, match="cannot invert the information"):
        cs.cross_check(fit, engine="lavaan")
