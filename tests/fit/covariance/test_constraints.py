"""Nonlinear equations, inequalities and bounds, against lavaan and against identities."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize

import csisem as cs
from constraints_golden import FOLDER, data_of, fitted, key, record, rows
from csisem.covariance.estimation.constrained import minimise_constrained
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.restricted import bound_warnings, linearised, origin
from csisem.fit.estimate import with_errors
from csisem.fit.status import with_warnings
from csisem.inference.delta import jacobian
from lavaan_golden import answers
from refusals import refusal

# lavaan's optima are polished to a gradient of 1e-12, and printed with twelve digits.
POLISHED = 1e-6
ERRORS = 1e-5
# The smallest derivative of the Lagrangian that rounding of the discrepancy's moments leaves.
ROUNDING = 1e-9
# Half a discrepancy to which SLSQP, with finite differences, comes near the minimum; where it does not exist.
SCIPY, FAR = 1e-7, 1e3
# lavaan stops at another minimum of this small sample, whose chi-square is 0.02 higher.
OTHER_MINIMUM = {"heywood_none"}
# Under bounds it stops there too; ours is tested at this minimum, found from lavaan's estimates.
NEARBY = {f"heywood_{kind}" for kind in ("inequality", "lower", "pos_ov_var", "pos_var", "standard", "wide")}
CASES = sorted(
    path.stem for path in FOLDER.glob("*.json") if "parameters" in record(path.stem) and path.stem not in OTHER_MINIMUM
)
# lavaan leaves bounds of parameters out of the information, as if they did not hold the solution; its errors there are
# those of an optimum that it is not at. The same bound as an inequality borders the information.
BOUNDED = {name for name in CASES if record(name)["on_bound"]}


@cache
def fit_of(name):
    """Our fit of a case, at the minimum that lavaan found."""
    fit = fitted(name)
    if name not in NEARBY:
        return fit
    start, estimates = origin(fit.solution), dict(rows(name))
    names = [key(row.lhs, row.op, row.rhs, 1) for row in start.table.rows]
    theta = np.array([estimates[names[r]]["est"] for r in start.table.representatives])
    # Off the minimum by a thousandth.
    found = minimise_constrained(start.objective, start.table.restrictions, theta * 1.001)
    assert found.converged
    solution = linearised(start, found)
    status = with_warnings(with_errors(solution).status, bound_warnings(solution.table))
    return CovarianceFit(fit.model, with_errors(solution).changed(status=status))


def ours(name):
    return {key(*row[:4]): row for row in fit_of(name).parameters[["lhs", "op", "rhs", "group", "est", "se"]].values}


@pytest.mark.parametrize("name", CASES)
def test_estimates_are_lavaans(name):
    found = ours(name)
    for place, theirs in rows(name):
        scale = max(theirs["se"] or 0.0, 1e-2)
        assert found[place][4] == pytest.approx(theirs["est"], abs=POLISHED * scale), place


@pytest.mark.parametrize("name", sorted(set(CASES) - BOUNDED))
def test_errors_are_lavaans_and_nan_where_nothing_can_move(name):
    found = ours(name)
    for place, theirs in rows(name):
        se = found[place][5]
        if np.isnan(se):
            # lavaan has 0 or no number.
            assert not theirs["se"], place
        else:
            assert se == pytest.approx(theirs["se"], rel=ERRORS, abs=1e-9), place


@pytest.mark.parametrize("name", CASES)
def test_measures_are_lavaans(name):
    measures = fit_of(name).fit_measures()
    for measure, value in record(name)["fit_measures"].items():
        if measure in measures and value is not None:
            assert measures[measure] == pytest.approx(value, rel=POLISHED, abs=POLISHED), measure


def test_a_bound_is_the_same_as_the_inequality():
    written, bound = fit_of("heywood_inequality").parameters, fit_of("heywood_lower").parameters
    np.testing.assert_allclose(written["se"], bound["se"], rtol=ERRORS)
    assert np.isnan(bound["se"][bound["est"] == 0]).all()
    for kind in ("pos.var", "pos.ov.var", "standard"):
        name = f"heywood_{kind.replace('.', '_')}"
        np.testing.assert_allclose(fit_of(name).parameters["se"], written["se"], rtol=ERRORS)


@pytest.mark.parametrize("name", ["square_ml", "two_nonlinear", "nonlinear_active", "order_active", "square_gls"])
def test_the_conditions_of_kuhn_and_tucker_hold(name):
    solution = fitted(name).solution
    tangent = solution.table.tangent
    restrictions = tangent.origin.restrictions
    slopes = jacobian(restrictions.values, tangent.theta)[tangent.active]
    objective = solution.objective.of(origin_structure(solution))
    gradient = objective.slopes(objective.at(tangent.theta[None])).gradient[0]
    multipliers = np.linalg.lstsq(slopes.T, gradient, rcond=None)[0]
    assert np.abs(gradient - slopes.T @ multipliers).max() < ROUNDING
    assert np.abs(restrictions.values(tangent.theta)[tangent.active]).max() < ROUNDING
    # Inequalities push inwards.
    assert (multipliers[~restrictions.equality[tangent.active]] > 0).all()


def origin_structure(solution):
    from csisem.covariance.lisrel.structure import compile_structure

    return compile_structure(solution.table.tangent.origin)


@pytest.mark.parametrize(
    "constraints",
    ["a*c == 0.5\nb > 0.9\ne^2 < 1.2", "a/(b + 0.5) < 0.4\nexp(c) - d > 2.1", "a^2 + b^2 + c^2 == 3\nf < e\nd > 1"],
)
def test_minima_are_those_of_scipy(constraints):
    # scipy's SLSQP on the same discrepancy, from the same start.
    fit = cs.Model.from_syntax(record("free_ml")["syntax"] + "\n" + constraints).fit(data_of("free_ml"))
    solution, tangent = fit.solution, fit.solution.table.tangent
    found, restrictions = origin(solution), tangent.origin.restrictions
    objective, equality = found.objective, restrictions.equality

    def discrepancy(theta):
        value = objective.at(theta[None]).value[0]
        return value if np.isfinite(value) else FAR

    def side(chosen):
        return {"type": "eq" if chosen is equality else "ineq", "fun": lambda theta: restrictions.values(theta)[chosen],
                "jac": lambda theta: jacobian(restrictions.values, theta)[chosen]}  # fmt: skip

    sides = [side(chosen) for chosen in (equality, ~equality) if chosen.any()]
    best = minimize(
        discrepancy, found.start, constraints=sides, method="SLSQP", options={"maxiter": 500, "ftol": 1e-12}
    )
    assert objective.at(tangent.theta[None]).value[0] == pytest.approx(best.fun, abs=SCIPY)
    np.testing.assert_allclose(tangent.theta, best.x, atol=np.sqrt(SCIPY))


def test_a_population_under_constraints_is_found():
    values = {"a": 0.8, "b": 0.64, "c": 1.2, "d": 0.5, "Q ~~ Q": 1.0, "S ~~ S": 0.6}
    values |= {f"{item} ~~ {item}": 0.4 for item in ("q1", "q2", "q3", "s1", "s2")}
    syntax = "Q =~ q1 + a*q2 + b*q3; S =~ s1 + c*s2; S ~ d*Q"
    free = cs.Model.from_syntax(syntax)
    loads = np.array([[1, 0], [0.8, 0], [0.64, 0], [0, 1], [0, 1.2]])
    latent = np.array([[1.0, 0.5], [0.5, 0.25 + 0.6]])
    cov = loads @ latent @ loads.T + 0.4 * np.eye(5)
    moments = cs.Moments.from_table(n=500, cov=cov, items=list(free.items))
    for more in ("b == a^2", "a*d == 0.4", "exp(a - 0.8) == d + 0.5", "c > 1.2", "b < a^2", "a + b > 1.44"):
        found = cs.Model.from_syntax(f"{syntax}\n{more}").fit(moments)
        estimates = dict(zip(found.parameters["label"], found.parameters["est"], strict=True))
        for label in "abcd":
            assert estimates[label] == pytest.approx(values[label], abs=1e-8), more
        assert found.fit_measures()["chisq"] == pytest.approx(0.0, abs=1e-8)


def test_groups_and_missing_answers_are_held():
    frame = data_of("free_ml").copy()
    frame.loc[frame.index[::7], "x2"] = np.nan
    syntax = record("free_ml")["syntax"] + "\na == b^2\nc*d > 1.1"
    plain, robust = (cs.Model.from_syntax(syntax).fit(frame, kind, missing="fiml") for kind in ("ML", "MLR"))
    for fit in (plain, robust):
        values = dict(zip(fit.parameters["label"], fit.parameters["est"], strict=True))
        assert values["a"] == pytest.approx(values["b"] ** 2, abs=ROUNDING)
        assert values["c"] * values["d"] == pytest.approx(1.1, abs=ROUNDING)
    free = cs.Model.from_syntax(record("free_ml")["syntax"]).fit(frame, missing="fiml")
    assert plain.fit_measures()["chisq"] > free.fit_measures()["chisq"]
    assert plain.fit_measures()["df"] == free.fit_measures()["df"] + 1


def test_the_verdict_says_what_holds_the_solution():
    fit = fit_of("heywood_lower")
    assert fit
    codes = [said.code for said in fit.status.warnings]
    assert codes[:2] == ["fit.at_bound", "fit.no_error_at_bound"]
    assert "'x1 ~~ x1 > 0'" in fit.status.warnings[0]
    assert fit.parameters.attrs["notes"] == list(fit.status.warnings[:2])
    assert fitted("bounds_inactive").parameters.attrs["notes"] == []
    assert not [said for said in fitted("bounds_inactive").status.warnings if said.code == "fit.at_bound"]
    heywood = cs.Model.from_syntax("Q =~ x1 + x2 + x3").fit(cs.Moments.from_table(
        n=200, cov=[[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]], items=["x1", "x2", "x3"]))  # fmt: skip
    assert "bounds='pos.var'" in heywood.status.reasons[0]


def test_constraints_that_cannot_be_met_say_so():
    syntax = record("free_ml")["syntax"]
    fit = cs.Model.from_syntax(syntax + "\na == exp(a)").fit(data_of("free_ml"))
    assert not fit.status.converged
    assert fit.status.reasons[0].code == "fit.constraints_unmet"


def test_other_ways_are_refused():
    model = cs.Model.from_syntax(record("free_ml")["syntax"] + "\na > 0.7")
    data = data_of("free_ml")
    assert "PLS holds no parameters to constraints" in refusal(cs.ModelError, lambda: model.fit(data, "PLS"))
    assert "engine='semopy' fits no inequalities" in refusal(cs.OptionError, lambda: model.fit(data, engine="semopy"))
    assert "are not pooled under inequalities" in refusal(cs.ModelError, lambda: model.fit([data, data]))


def test_differences_of_fits_under_constraints():
    table = cs.compare(free=fitted("free_ml"), square=fitted("square_ml"))
    theirs = record("nested_square")["difference"]["default"]
    assert table["chisq_diff"][1] == pytest.approx(theirs["chisq_diff"], rel=POLISHED, abs=1e-8)
    assert table["df_diff"][1] == theirs["df_diff"]
    model = cs.Model.from_syntax(record("active")["syntax"].replace("a > 0.7", "a == 0.7"))
    equal = model.fit(data_of("active"))
    table = cs.compare(bounded=fitted("active"), equal=equal)
    assert table["chisq_diff"][1] == pytest.approx(0.0, abs=1e-8)
    assert [said.code for said in table.attrs["notes"]] == ["comparison.conservative"]


def test_bootstrap_replicates_satisfy_the_constraints():
    for name in ("square_ml", "active", "heywood_lower"):
        fit = fit_of(name)
        drawn = cs.bootstrap(fit, n=20, seed=1)
        restrictions = fit.solution.table.tangent.origin.restrictions
        values = restrictions.values(drawn.replicates.theta[drawn.replicates.fitted])
        assert (values > -ROUNDING).all()
        assert np.abs(values[:, restrictions.equality]).max(initial=0.0) < ROUNDING


def test_what_a_bound_holds_has_no_error():
    syntax = record("free_ml")["syntax"] + "\ntextual ~ p*visual\nspeed ~ q*visual + r*textual"
    data = data_of("free_ml")
    fit = cs.Model.from_syntax(syntax + "\nq < 0.1\nhalf := q/2\nind := p*r").fit(data)
    se = dict(zip(fit.parameters["label"], fit.parameters["se"], strict=True))
    assert np.isnan([se["q"], se["half"]]).all()
    assert se["ind"] > 0
    effects = cs.effects(fit).set_index(["source", "target"])
    assert np.isnan(effects.loc[("visual", "speed"), "direct_se"])
    assert effects.loc[("visual", "speed"), "total_se"] > 0
    # A quantity that an equation fixes is known: its error is 0.
    equal = cs.Model.from_syntax(syntax + "\nind := p*r\np*r == 0.1").fit(data)
    assert equal.parameters["se"].iloc[-1] == pytest.approx(0.0, abs=ROUNDING)


def test_groups_are_named_in_bounds():
    model = cs.Model.from_syntax("visual =~ x1 + x2 + x3\nx1 ~~ lower(c(0, 0.9))*x1\nx2 ~~ v*x2 + lower(0.1)*x2")
    fit = model.fit(data_of("free_ml"), groups="school")
    texts = fit.solution.table.tangent.origin.restrictions.texts
    assert texts == ("x1 ~~ x1 [Pasteur] > 0", "x2 ~~ x2 [Pasteur] > 0.1", "x1 ~~ x1 [Grant-White] > 0.9")
    assert fit.solution.table.tangent.texts == ("x1 ~~ x1 [Grant-White] > 0.9",)
    unknown = fit.parameters[fit.parameters["se"].isna()]
    assert unknown[["lhs", "op", "rhs", "group"]].values.tolist() == [["x1", "~~", "x1", "Grant-White"]]
    again = cs.Model.from_syntax(model.to_syntax())
    assert again == model


def test_an_equation_may_identify_a_model():
    # The sum of squared loadings gives the construct its unit; the fit is that with a marker.
    items = [f"l{k}*x{k}" for k in (1, 2, 3, 4)]
    syntax = f"visual =~ NA*x1 + {' + '.join(items)}\nl1^2 + l2^2 + l3^2 + l4^2 == 4"
    other = cs.Model.from_syntax("visual =~ x1 + x2 + x3 + x4").fit(data_of("free_ml")).fit_measures()
    ours = cs.Model.from_syntax(syntax).fit(data_of("free_ml")).fit_measures()
    for measure in ("chisq", "df", "npar", "srmr"):
        assert ours[measure] == pytest.approx(other[measure], rel=POLISHED), measure


# Bounds in parTable() of lavaan 0.6-14 for the answers of Holzinger and Swineford, which prints three decimals.
PRINTED = 6e-4
AUTOMATIC = {
    "paths": (
        "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8\nt ~ v\ns ~ t + ageyr\nx9 ~ s", {"bounds": "wide"},
        {"v =~ x2": 3.827, "v =~ x3": 3.676, "t =~ x5": 4.207, "x1 ~~ x1": (-0.061, 1.467), "x9 ~~ x9": (-0.051, 1.218),
         "x2 ~~ x2": (-0.069, 1.658), "v ~~ v": (0.136, 1.725), "t ~~ t": (0.005, 1.754), "s ~~ s": (0.005, 1.537)},
    ),
    "second order": (
        "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\ns =~ x7 + x8 + x9\ng =~ v + t + s\nx1 ~~ x4", {"bounds": "wide"},
        {"s =~ x9": 3.515, "x1 ~~ x4": 1.463, "v ~~ v": (0.005, 1.764), "g ~~ g": (0.0, 2.158), "g =~ t": None},
    ),
    "unit variances": (
        "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6", {"bounds": "standard", "std_lv": True},
        {"v =~ x1": 1.165, "v =~ x2": 1.175, "x1 ~~ x1": (0.0, 1.358), "v ~~ v": None, "v ~~ t": 0.998},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AUTOMATIC)
def test_automatic_bounds_are_lavaans(case):
    syntax, options, printed = AUTOMATIC[case]
    fit = cs.Model.from_syntax(syntax).fit(data_of("free_ml"), **options)
    table = fit.solution.table.tangent.origin
    bounds = table.restrictions.bounds
    found = {}
    for row, sign, limit in zip(bounds.row, bounds.sign, bounds.limit, strict=True):
        found.setdefault(table.rows[row].name, {})[sign] = limit
    for name, limits in printed.items():
        if limits is None:
            assert name not in found
            continue
        low, high = limits if isinstance(limits, tuple) else (-limits, limits)
        assert found[name][1.0] == pytest.approx(low, abs=PRINTED)
        assert found[name][-1.0] == pytest.approx(high, abs=PRINTED)
    # No path is bounded.
    assert not [name for name in found if " ~ " in name]


def test_bounds_in_other_ways():
    model = cs.Model.from_syntax(record("free_ml")["syntax"])
    data = data_of("free_ml")
    assert model.fit(data, bounds=True).settings == model.fit(data, bounds="Wide").settings
    assert model.fit(data, bounds=False).settings == model.fit(data).settings
    grouped = model.fit(data, groups="school", bounds="standard")
    assert grouped.fit_measures()["chisq"] == pytest.approx(model.fit(data, groups="school").fit_measures()["chisq"])
    # Each group has bounds of its own variances.
    texts = grouped.solution.table.tangent.origin.restrictions.texts
    assert len({text for text in texts if text.startswith("x1 ~~ x1 [")}) == 4


def test_units_do_not_matter():
    data = data_of("free_ml")
    factors = {"x1": 1e3, "x2": 1e3, "x3": 1e3, "x4": 1e-3, "x5": 1e-3, "x6": 1e-3}
    scaled = data.assign(**{item: data[item] * factor for item, factor in factors.items()})
    syntax = record("free_ml")["syntax"] + "\nx1 ~~ v*x1\nx4 ~~ w*x4\n"
    one = cs.Model.from_syntax(syntax + "a == b^2\nv*w > 0.25\nw > 0.4").fit(data)
    two = cs.Model.from_syntax(syntax + "a == b^2\nv*w > 0.25\nw > 0.4e-6").fit(scaled)
    for label in "abcdef":
        first, second = (fit.parameters.set_index("label").loc[label, ["est", "se"]] for fit in (one, two))
        np.testing.assert_allclose(first.astype(float), second.astype(float), rtol=POLISHED)
    assert one.fit_measures()["chisq"] == pytest.approx(two.fit_measures()["chisq"], rel=POLISHED)


def test_fits_are_kept_and_judged_again():
    import pickle

    fit = fit_of("heywood_lower")
    kept = pickle.loads(pickle.dumps(fit))
    np.testing.assert_array_equal(kept.parameters["se"], fit.parameters["se"])
    assert fit.judged(cs.Thresholds(small_sample=10)).status.warnings[0].code == "fit.at_bound"


def test_errors_that_constraints_leave_without_a_method_are_refused():
    frame = data_of("free_ml")
    rng = np.random.default_rng(1)
    weights = {f"r{k}": rng.choice([0.0, 2.0], len(frame)) for k in range(8)}
    survey = cs.Survey(frame.assign(**weights), replicate_weights=list(weights), replicate_type="BRR")
    model = cs.Model.from_syntax(record("free_ml")["syntax"] + "\na > 0.7")
    assert "Replicate weights give no standard errors" in refusal(cs.OptionError, lambda: model.fit(survey, "MLR"))
    free, held = (cs.Model.from_syntax(record("free_ml")["syntax"] + more) for more in ("\na > 0.7", "\na == 0.7"))
    fits = [one.fit(frame, "MLR") for one in (free, held)]
    said = refusal(cs.OptionError, lambda: cs.compare(*fits, method="satorra.bentler.2010"))
    assert "its constraints are linear at its own solution only" in said
    assert cs.compare(*fits)["df_diff"][1] == 1


@pytest.mark.parametrize("first", [20, 80, 160])
def test_wider_bounds_have_lower_minima(first):
    # Small samples full of Heywood cases, in which lavaan's search ends up to 4 points of chi-square higher.
    rows, model = answers("mobi").iloc[first : first + 35], cs.datasets.mobile_phone_model("small")
    positive, standard = (model.fit(rows, bounds=kind).fit_measures()["chisq"] for kind in ("pos.var", "standard"))
    assert positive <= standard + POLISHED


def test_a_lower_minimum_than_lavaans_satisfies_its_bounds():
    for name in sorted(NEARBY):
        assert fitted(name).fit_measures()["chisq"] <= record(name)["fit_measures"]["chisq"] + POLISHED
    assert fitted("heywood_lower").fit_measures()["chisq"] < record("heywood_lower")["fit_measures"]["chisq"] - 0.01


def test_inequalities_that_bend_inwards_end_by_newtons_steps():
    # Across them the Lagrangian is concave: only along them is there a minimum to which Newton's steps lead.
    syntax = record("free_ml")["syntax"] + "\ntextual ~ p*visual\nspeed ~ q*visual + textual\n"
    fit = cs.Model.from_syntax(syntax + "q + p > 0.970\nc/(q^2 + 0.5) > 2.690").fit(data_of("free_ml"))
    assert fit.status.converged
    assert fit.iterations < 15


def test_a_bounded_path_can_be_fixed():
    model = cs.Model.from_syntax("v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\nt ~ lower(0)*v")
    fixed = model.fix(("v", "t"))
    assert fixed.fit(data_of("free_ml")).solution.table.tangent is None
    table = cs.compare(bounded=model.fit(data_of("free_ml")), fixed=fixed.fit(data_of("free_ml")))
    assert [said.code for said in table.attrs["notes"]] == ["comparison.conservative"]
