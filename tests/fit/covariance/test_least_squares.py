"""GLS, ULS, WLS and DWLS against lavaan at the polished optima, and what must hold of them whatever the data."""

from __future__ import annotations

import json
import math
import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.covariance.goodness_of_fit.measure_formulas import rmsea
from csisem.fit.covariance.errors.robust_least_squares import normal_theory_vcov
from lavaan_golden import ROBUST, answers, golden, matched

# The figures are lavaan's at the exact optimum; its RMSEA intervals are found by a root finder that stops within 1e-5.
POLISHED = 1e-6
RMSEA_INTERVAL = 1e-5
KINDS = ("gls", "uls", "wls", "dwls", "ulsm", "ulsmv", "wlsm")
CASES = sorted(path.stem for path in ROBUST.glob("*.json") if path.stem.split("_")[-1] in KINDS
               and not path.stem.startswith("nested"))  # fmt: skip
CASES.append("mobi_small_uls_robust")
# lavaan takes a scaling factor of exactly 1, which DWLS's baseline has, for no scaling of model and baseline alike.
UNSCALED = {"cfi.robust", "tli.robust", "nnfi.robust", "rni.robust"}
# The model fits worse than the baseline, for which lavaan says 1; ours is what the formula gives.
WORSE_THAN_BASELINE = {"growth_gls": {"rfi"}}
DIAGNOSIS = ROBUST.parent / "lavaan-0.6-14-diagnosis" / "least_squares"
# lavaan's scores have the factor (n - 1)/n of its objective, and its information has not.
ONE_LESS = 249 / 250
# In groups of 156 and 145 rows that factor differs by group: figures agree to its size.
GROUPS_LESS = 1 / 144
# Identities, computed twice.
IDENTITY = 1e-9
MEASURED = "EXP =~ CUEX1 + CUEX2 + CUEX3\nVAL =~ PERV1 + PERV2\nSAT =~ CUSA1 + CUSA2 + CUSA3\nLOY =~ CUSL1 + CUSL3\n"
SMALL = MEASURED + "VAL ~ EXP\nSAT ~ EXP + VAL\nLOY ~ SAT"


def _fit(name):
    case = golden(name, ROBUST)
    arguments = case.arguments()
    # ULS with se="robust" is ULSM, which tests by Satorra and Bentler as well.
    if arguments.pop("se", None):
        arguments["estimator"] = "ULSM"
    arguments.pop("test", None)
    return case, cs.Model.from_syntax(case.syntax).fit(answers(case.data), **arguments)


def _close(ours, theirs, scale):
    return abs(ours - theirs) <= POLISHED * max(abs(theirs), scale)


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi")


@pytest.fixture(scope="module")
def small():
    return cs.Model.from_syntax(SMALL)


@pytest.mark.parametrize(("name", "share"), [("democracy_gls_observed", 74 / 75), ("scalar_gls_observed", 299 / 301)])
def test_observed_information_of_gls_is_lavaans_without_its_second_loss_of_a_row(name, share):
    case, fit = _fit(name)
    # In groups of 156 and 145 rows the share is one by group, 1/145 - 1/156 apart.
    rtol = POLISHED if len(fit.groups) < 2 else 5e-4
    pairs = [(ours["se"], row["se"]) for row, ours in matched(case, fit.parameters) if row["se"]]
    assert len(pairs) > 20
    ours, theirs = np.array(pairs).T
    np.testing.assert_allclose(ours, theirs * np.sqrt(share), rtol=rtol)


@pytest.mark.parametrize("name", CASES)
def test_parameters_and_errors(name):
    case, fit = _fit(name)
    wrong, found = [], 0
    for row, ours in matched(case, fit.parameters):
        found += 1
        for mine, theirs in (("est", "est"), ("se", "se"), ("std", "std_all"), ("std_se", "std_se")):
            if math.isnan(ours[mine]):
                # Beside a negative variance, whose root lavaan takes of its absolute value.
                assert row[theirs] is None or (mine.startswith("std") and not fit)
            elif not _close(ours[mine], row[theirs], row["se"] or 1e-3):
                wrong.append((row["lhs"], row["op"], row["rhs"], mine, ours[mine], row[theirs]))
    assert not wrong
    assert found == (fit.parameters["op"] != ":=").sum()


@pytest.mark.parametrize("name", CASES)
def test_fit_measures(name):
    case, fit = _fit(name)
    measures = fit.fit_measures()
    theirs = case.record["fit_measures"]
    extra = set(measures.index) - set(theirs)
    # ULSM's scaled test beside lavaan's plain one.
    assert not extra if name != "mobi_small_uls_robust" else all("scal" in key or "robust" in key for key in extra)
    skipped = WORSE_THAN_BASELINE.get(name, set()) | (UNSCALED if name.endswith("_wlsm") else set())
    wrong = []
    for key in set(theirs) - skipped:
        if theirs[key] is None:
            good = math.isnan(measures[key])
        elif key.startswith("rmsea.ci"):
            good = abs(measures[key] - theirs[key]) <= RMSEA_INTERVAL
        else:
            good = _close(measures[key], theirs[key], 1e-3)
        if not good:
            wrong.append((key, measures[key], theirs[key]))
    assert not wrong


@pytest.mark.parametrize("name", CASES)
def test_implied_moments(name):
    case, fit = _fit(name)
    for position, block in enumerate(case.record["implied"]):
        names = block["names"]
        cov = fit.implied_cov.loc[case.groups[position]] if fit.groups else fit.implied_cov
        theirs = np.array(block["sigma"], dtype=float)
        assert np.allclose(cov.loc[names, names], theirs, rtol=POLISHED, atol=POLISHED * theirs.max())
        if fit.solution.table.meanstructure:
            mean = fit.implied_mean.loc[case.groups[position]] if fit.groups else fit.implied_mean
            assert np.allclose(mean[names], block["mu"], rtol=POLISHED)


def test_published_figures(mobi, small):
    # facts.md 3.3(a), from default runs of lavaan.
    found = {e: small.fit(mobi, estimator=e).fit_measures() for e in ("GLS", "ULS", "WLS", "DWLS")}
    for estimator, chisq in (("GLS", 47.1814492124), ("ULS", 260.643299), ("WLS", 50.5944624544), ("DWLS", 18.2896942)):
        assert found[estimator]["chisq"] == pytest.approx(chisq, rel=POLISHED)
    assert found["GLS"]["cfi"] == pytest.approx(0.894574, abs=5e-7)
    assert found["GLS"]["srmr"] == pytest.approx(0.050322, abs=5e-7)


# ---- other functions of the fit


def _record(name):
    record = json.loads((DIAGNOSIS / f"{name}.json").read_text())
    call = record["call"]
    options = {"groups": call["group"], "equal": call["group.equal"]} if "group" in call else {}
    model = cs.Model.from_syntax(record["syntax"])
    return record, model.fit(answers(record["data"]), estimator=call["estimator"], **options)


def _key(lhs, op, rhs, group):
    return op, frozenset((lhs, rhs)) if op == "~~" else (lhs, rhs), group


@pytest.mark.parametrize("name", sorted(path.stem for path in DIAGNOSIS.glob("*.json")))
def test_modification_indices_and_scores(name):
    record, fit = _record(name)
    labels = fit.groups or [1]
    theirs = {
        _key(row["lhs"], row["op"], row["rhs"], labels[row["group"] - 1]): row for row in record["modification_indices"]
    }
    frame = cs.modification_indices(fit)
    ours = {_key(row.lhs, row.op, row.rhs, row.group): row for row in frame.itertuples()}
    assert set(theirs) <= set(ours)
    assert len(ours) - len(theirs) == (2 if name == "small_gls" else 0)
    factor, tolerance = (ONE_LESS, POLISHED) if not fit.groups else (1.0, GROUPS_LESS)
    for key, row in theirs.items():
        for mine, column in (("mi", "mi"), ("epc", "epc"), ("sepc_all", "sepc_all")):
            expected = row[column]
            assert abs(getattr(ours[key], mine) * factor - expected) <= tolerance * max(abs(expected), 1e-3), key
    for method in ("regression", "bartlett"):
        scores = fit.scores(method=method)
        for block in record[method]:
            rows = scores[block["names"]].to_numpy()[np.array(block["rows"]) - 1]
            assert np.allclose(rows, np.array(block["values"]), rtol=POLISHED, atol=POLISHED)


@pytest.mark.parametrize("estimator", ["GLS", "WLS"])
def test_nested_models_are_compared_by_their_chi_squares(mobi, small, estimator):
    strict = cs.Model.from_syntax(MEASURED + "VAL ~ EXP\nSAT ~ VAL\nLOY ~ SAT")
    free, fixed = small.fit(mobi, estimator=estimator), strict.fit(mobi, estimator=estimator)
    frame = cs.compare(fixed=fixed, free=free)
    assert list(frame["model"]) == ["free", "fixed"]
    apart = fixed.fit_measures()["chisq"] - free.fit_measures()["chisq"]
    assert frame["chisq_diff"][1] == pytest.approx(apart, rel=IDENTITY)
    assert frame["df_diff"][1] == 1
    assert frame[["aic", "bic"]].isna().to_numpy().all()


def test_what_cannot_be_compared(mobi, small):
    gls, ml = small.fit(mobi, estimator="GLS"), small.fit(mobi)
    with pytest.raises(cs.OptionError, match="were fitted by GLS and ML"):
        cs.compare(gls, ml)
    uls = small.fit(mobi, estimator="ULS")
    with pytest.raises(cs.OptionError, match=r"Chi-squares of ULS have no known distribution.* compare fits by 'ULSM'"):
        cs.compare(uls, uls)
    with pytest.raises(cs.ModelError, match="read their cfi and rmsea off"):
        cs.compare(gls, gls)


def test_effects_are_products_of_the_paths(mobi, small):
    fit = small.fit(mobi, estimator="WLS")
    path = fit.paths.set_index(["lhs", "rhs"])["est"]
    effects = cs.effects(fit).set_index(["source", "target"])
    assert effects.loc[("VAL", "LOY"), "indirect"] == pytest.approx(path["SAT", "VAL"] * path["LOY", "SAT"])
    assert (effects["total_se"] > 0).all()


# ---- units, saturated models, data


@pytest.mark.parametrize("factor", [1e-6, 1e-2, 1e3, 1e6])
@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS"])
def test_units(mobi, small, estimator, factor):
    plain, other = small.fit(mobi, estimator=estimator), small.fit(mobi * factor, estimator=estimator)
    assert other.status.usable
    power = factor**4 if estimator == "ULS" else 1.0
    assert other.fit_measures()["chisq"] == pytest.approx(power * plain.fit_measures()["chisq"], rel=IDENTITY)
    np.testing.assert_allclose(other.parameters["std"], plain.parameters["std"], rtol=IDENTITY)
    if estimator == "ULS":
        # ULS's own errors change with the units; robust ones do not.
        plain, other = small.fit(mobi, estimator="ULSM"), small.fit(mobi * factor, estimator="ULSM")
        scaled = [fit.fit_measures()["chisq.scaled"] for fit in (plain, other)]
        assert scaled[0] == pytest.approx(scaled[1], rel=IDENTITY)
    np.testing.assert_allclose(other.parameters["z"], plain.parameters["z"], rtol=IDENTITY)


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS"])
def test_units_of_items_do_not_matter_except_to_uls(mobi, small, estimator):
    plain = small.fit(mobi, estimator=estimator).fit_measures()["chisq"]
    mixed = small.fit(mobi.assign(CUSL3=mobi["CUSL3"] * 10), estimator=estimator).fit_measures()["chisq"]
    assert (mixed == pytest.approx(plain, rel=IDENTITY)) == (estimator != "ULS")


def test_a_saturated_model_has_the_same_robust_errors_whatever_is_minimised(mobi):
    model = cs.Model.from_syntax("EXP =~ CUEX1 + CUEX2 + CUEX3")
    robust = model.fit(mobi, estimator="MLM")
    for estimator in ("ULSM", "WLSM"):
        fit = model.fit(mobi, estimator=estimator)
        assert fit.fit_measures()["chisq"] == pytest.approx(0, abs=IDENTITY)
        variances = fit.parameters["lhs"] == fit.parameters["rhs"]
        # ML divides moments and errors by n, least squares by n - 1; Gamma has the divisor n in both.
        more = 250 / 249
        unit = np.where(variances, more, 1.0)
        np.testing.assert_allclose(fit.parameters["est"], robust.parameters["est"] * unit, rtol=IDENTITY)
        unit = np.where(variances, 1.0, 1 / more) * np.sqrt(more)
        np.testing.assert_allclose(fit.parameters["se"], robust.parameters["se"] * unit, rtol=IDENTITY)
    # ADF's weights are the very covariances of the moments.
    np.testing.assert_allclose(model.fit(mobi, estimator="WLS").parameters["se"], fit.parameters["se"], rtol=IDENTITY)
    # And under normality nothing is better than ML.
    normal = normal_theory_vcov(model.fit(mobi, estimator="ULS").solution)
    np.testing.assert_allclose(normal, model.fit(mobi, likelihood="wishart").vcov, rtol=IDENTITY, atol=IDENTITY)


def test_normal_theory_errors_of_uls_are_larger_than_mls(mobi, small):
    ml = small.fit(mobi)
    exact = cs.Moments.from_table(n=250, cov=ml.implied_cov)
    best, other = small.fit(exact, likelihood="wishart"), small.fit(exact, estimator="ULS")
    np.testing.assert_allclose(best.solution.theta, other.solution.theta, rtol=1e-7)
    excess = normal_theory_vcov(other.solution) - best.vcov
    assert np.linalg.eigvalsh(excess)[0] > -IDENTITY
    assert np.trace(excess) > 0.01 * np.trace(best.vcov)


def test_moments_are_enough_for_gls_and_uls(mobi, small):
    table = cs.Moments.from_table(n=250, cov=mobi[list(small.items)].cov())
    for estimator in ("GLS", "ULS"):
        ours, rows = small.fit(table, estimator=estimator), small.fit(mobi, estimator=estimator)
        np.testing.assert_allclose(ours.parameters["se"], rows.parameters["se"], rtol=IDENTITY)
        np.testing.assert_allclose(ours.fit_measures(), rows.fit_measures(), rtol=1e-7, equal_nan=True)
    for estimator in ("WLS", "DWLS", "ULSM", "WLSM"):
        with pytest.raises(cs.DataError, match=f"estimator='{estimator}' needs rows, and moments hold none"):
            small.fit(table, estimator=estimator)


def test_predictors_are_random(mobi):
    data = answers("holzinger")
    text = "visual =~ x1 + x2 + x3\nvisual ~ ageyr + sex"
    fit = cs.Model.from_syntax(text).fit(data, estimator="GLS", groups="school", equal=["residuals", "intercepts"])
    frame = fit.parameters
    own = frame[(frame["lhs"].isin(["ageyr", "sex"])) & (frame["op"].isin(["~~", "~1"]))]
    assert (own["se"] > 0).all()
    # What predictors are like is no part of what groups are asked to share.
    assert own.groupby(["lhs", "op", "rhs"])["est"].nunique().eq(2).all()
    # The baseline lets predictors covary.
    assert fit.fit_measures()["baseline.df"] == 2 * (15 + 5) - 2 * (5 + 1 + 5)


def test_rows_that_wls_cannot_weigh(mobi, small):
    with pytest.raises(cs.DataError, match=r"weighs 55 moments .* there are 55 complete rows; use 'ULSM'"):
        small.fit(mobi.iloc[:55], estimator="WLS")
    grouped = mobi.assign(地区=["北"] * 60 + ["南"] * 190)
    with pytest.raises(cs.DataError, match=r"weighs 65 moments .* there are 60 complete rows in group 北"):
        small.fit(grouped, estimator="WLS", groups="地区")
    yes_or_no = mobi.assign(CUSA1=(mobi["CUSA1"] > 7) * 1.0)
    with pytest.raises(cs.DataError, match="cannot weigh the moments 'CUSA1 ~1', 'CUSA1 ~~ CUSA1'"):
        small.fit(yes_or_no, estimator="WLS", meanstructure=True)
    assert small.fit(yes_or_no, estimator="WLS").status.usable


def test_weights_of_the_sample_are_refused(mobi, small):
    survey = cs.Survey(mobi.assign(w=1.0 + np.arange(250) % 3), weights="w")
    for estimator in ("GLS", "ULS", "WLS", "DWLS", "ULSM"):
        with pytest.raises(cs.OptionError, match=f"estimator='{estimator}' does not take sampling weights; use 'MLR'"):
            small.fit(survey, estimator=estimator)
    assert small.fit(survey, estimator="WLS", design=False).status.usable


def test_plain_errors_of_uls_and_dwls_come_with_a_warning(mobi, small):
    for estimator, instead in (("ULS", "ULSM"), ("DWLS", "WLSM")):
        assert f"'{instead}' has the same estimates" in " ".join(small.fit(mobi, estimator=estimator).status.warnings)
        assert not small.fit(mobi, estimator=instead).status.warnings
    assert not small.fit(mobi, estimator="GLS").status.warnings


def test_missing_answers_and_batches(mobi, small):
    blank = mobi.astype(float).copy()
    blank.iloc[[3, 100], blank.columns.get_loc("CUSA1")] = np.nan
    fit = small.fit(blank, estimator="WLSM")
    assert fit.n == 248
    whole = small.fit(blank.dropna(), estimator="WLSM")
    np.testing.assert_allclose(fit.parameters["se"], whole.parameters["se"], rtol=IDENTITY)
    many = pd.concat([mobi] * 40, ignore_index=True)  # 10,000 rows, more than a batch
    once, often = small.fit(mobi, estimator="WLS"), small.fit(many, estimator="WLS")
    # Only the divisor n - 1 tells them apart, in the moments' scale but not in standardised ones.
    np.testing.assert_allclose(often.parameters["std"], once.parameters["std"], rtol=IDENTITY)
    ratio = ONE_LESS / (9999 / 10_000)
    assert often.fit_measures()["fmin"] == pytest.approx(once.fit_measures()["fmin"] * ratio, rel=IDENTITY)


def test_a_fit_is_pickled_with_its_weights(mobi, small):
    fit = small.fit(mobi, estimator="WLS")
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_series_equal(again.fit_measures(), fit.fit_measures())
    pd.testing.assert_frame_equal(cs.modification_indices(again), cs.modification_indices(fit))


def test_the_summary_says_what_there_is(mobi, small):
    text = repr(small.fit(mobi, estimator="ULS"))
    assert "chi-square 260.643 on 31 df, CFI" in text
    assert "AIC" not in text
    assert "AIC" not in repr(small.fit(mobi, estimator="GLS"))
    assert "scaled chi-square 37.809" in repr(small.fit(mobi, estimator="ULSM"))


def test_rmsea_of_a_chi_square_that_has_a_large_unit():
    # The interval is continuous where the normal distribution takes over.
    below, above = rmsea(9.99e6, 31, 249), rmsea(1.001e7, 31, 249)
    assert above.lower / below.lower == pytest.approx(np.sqrt(1.001e7 / 9.99e6), rel=1e-6)
    assert above.upper / below.upper == pytest.approx(np.sqrt(1.001e7 / 9.99e6), rel=1e-6)
    for df in (31, 100_000):
        found = rmsea(2e7, df, 249)
        for end, z in ((found.lower, 1.6448536269514722), (found.upper, -1.6448536269514722)):
            # A normal with the noncentral chi-square's mean df + x and variance 2 (df + 2 x).
            x = end**2 * 249 * df
            assert 2e7 - (df + x) == pytest.approx(z * np.sqrt(2 * (df + 2 * x)), rel=1e-7)
    assert rmsea(1e15, 31, 249).lower < rmsea(1e15, 31, 249).value < rmsea(1e15, 31, 249).upper


# ---- the index


def test_errors_of_the_index(mobi, small):
    survey = cs.Survey(mobi.assign(region=["a"] * 120 + ["b"] * 130), scale=(1, 10))
    frames = {e: cs.csi(small.fit(survey, estimator=e)) for e in ("ML", "GLS", "ULS", "ULSM", "WLS", "DWLS", "WLSM")}
    roads = {estimator: frame["method"].iloc[0] for estimator, frame in frames.items()}
    assert roads["GLS"] == "GLS, normal theory"
    assert roads["ULS"] == "ULS, linearised"
    # The influence of a row does not depend on which errors the parameters were given.
    np.testing.assert_allclose(frames["ULS"]["se"], frames["ULSM"]["se"], rtol=IDENTITY)
    np.testing.assert_allclose(frames["DWLS"]["se"], frames["WLSM"]["se"], rtol=IDENTITY)
    fits = {e: small.fit(survey, estimator=e) for e in ("ML", "GLS", "ULS", "WLS", "DWLS")}
    linear = {e: cs.csi(fit, se="robust") for e, fit in fits.items()}
    for estimator, fit in fits.items():
        # The means bring most of the error, whatever finds the weights.
        assert np.allclose(linear[estimator]["se"], linear["ML"]["se"], rtol=0.15), estimator
        assert len(cs.csi(fit, by="region")) == 8


def test_errors_of_the_index_without_rows(mobi, small):
    ml = small.fit(mobi)
    means = mobi[list(small.items)].mean()
    exact = cs.Moments.from_table(n=250, cov=ml.implied_cov, mean=means, scale=(1, 10))
    found = {e: cs.csi(small.fit(exact, estimator=e)) for e in ("GLS", "ULS")}
    wishart = cs.csi(small.fit(exact, likelihood="wishart"))
    # At a perfect fit GLS is ML; ULS weighs the moments worse.
    np.testing.assert_allclose(found["GLS"]["se"], wishart["se"], rtol=IDENTITY)
    assert (found["ULS"]["se"] >= wishart["se"] * (1 - IDENTITY)).all()
    assert (found["ULS"]["se"] < 1.5 * wishart["se"]).all()
