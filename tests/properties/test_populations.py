"""S = Sigma must give back the truth, from anywhere near; many samples at once must be the samples one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel.structure import compile_structure
from populations import populate, random_syntax

FAST = settings(max_examples=15, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)
# Identities. An estimate is judged in units of its error times root n, since the loop stops at a Newton decrement of
# 1e-20 per row: within 1e-10 of that unit, before a last step that squares it.
EXACT = 1e-10

MEASURED = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2 + c3\nD =~ d1 + d2 + d3\n"
KINDS = {
    "higher order": MEASURED + "G =~ A + B + C + D",
    "higher order in a path": MEASURED + "G =~ A + B + C\nD ~ G",
    "loop": MEASURED + "C ~ A + D\nD ~ B + C",
    "single items": "A =~ a1\nB =~ b1 + b2 + b3\nC =~ c1\nB ~ A\nC ~ A + B",
    "observed in paths": MEASURED + "x ~~ x\nC ~ A + x\ny ~ C + x",
    "covariates": "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nA ~ x + z\nB ~ A + z",
    "equal labels": "A =~ a1 + l*a2 + l*a3\nB =~ b1 + l*b2 + k*b3\nB ~ A",
    "fixed values": "A =~ a1 + 0.7*a2 + a3\nB =~ NA*b1 + b2 + b3\nB ~~ 1*B\nA ~~ 0*B\na1 ~~ b1",
    "a loading on two": "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3 + a2\nB ~ A",
    "correlated residuals": MEASURED + "C ~ A + B\nD ~ C\na1 ~~ b1\nc2 ~~ d2\na2 ~~ a3",
}


def _returns_the_truth(population, fit):
    assert fit.status.usable
    unit = np.sqrt(np.diag(fit.vcov) * fit.n)
    assert np.abs((fit.solution.theta - population.theta) / np.maximum(unit, 1e-3)).max() < EXACT
    assert abs(fit.fit_measures()["chisq"]) < EXACT * fit.n
    assert np.abs(np.asarray(fit.residuals())).max() < EXACT * np.abs(population.cov).max()


@FAST
@given(SEEDS)
def test_random_models_return_the_truth(seed):
    population = populate(random_syntax(seed), seed)
    _returns_the_truth(population, population.fit())


@pytest.mark.parametrize("means", [False, True], ids=["covariances", "means"])
@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_models_return_the_truth(kind, means):
    for seed in (1, 2):
        population = populate(KINDS[kind], seed, meanstructure=means)
        fit = population.fit()
        _returns_the_truth(population, fit)
        assert np.abs(fit.solution.values - population.values).max() < 1e-8  # fixed and tied rows too, in raw units
        assert fit.fit_measures()["npar"] == population.table.npar


@FAST
@given(SEEDS, st.integers(0, 10_000))
# The last steps turn to a weakly determined direction, where the next decrement is larger than the last two promise.
@example(340, 160)
def test_other_starting_values_lead_to_the_same_truth(seed, other):
    population = populate(random_syntax(seed), seed)
    # Up to 20 % off in every parameter: near enough that no second minimum lies between.
    start = population.theta * np.random.default_rng(other).uniform(0.8, 1.2, population.theta.shape)
    model = population.started_at(start)
    fit = population.fit(model)
    assert fit.status.usable
    names = fit.solution.table.names()
    ours = dict(zip(names, fit.solution.theta, strict=True))
    truth = dict(zip(population.table.names(), population.theta, strict=True))
    swapped = {" ~~ ".join(reversed(name.split(" ~~ "))): value for name, value in truth.items() if " ~~ " in name}
    unit = dict(zip(names, np.sqrt(np.diag(fit.vcov) * fit.n), strict=True))
    assert max(abs(value - (truth | swapped)[name]) / unit[name] for name, value in ours.items()) < EXACT
    assert len(ours) == len(truth)


@pytest.mark.parametrize(
    ("equal", "release"),
    [
        ((), ()),
        (("loadings",), ()),
        (("loadings",), ("B =~ b2",)),
        (("loadings", "intercepts"), ()),
        (("loadings", "intercepts", "residuals", "regressions"), ("b1 ~1",)),
    ],
    ids=str,
)
def test_groups_return_the_truth(equal, release):
    text = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nB ~ A"
    population = populate(text, 5, groups=("x", "y"), equal=equal, release=release)
    _returns_the_truth(population, population.fit())
    # The groups' sizes do not matter to an exact fit.
    fit = population.model.fit(population.moments([100, 900]), groups="group", equal=equal, release=release)
    _returns_the_truth(population, fit)


def test_moments_of_a_loop_are_those_of_its_equilibrium():
    population = populate(KINDS["loop"], 3)
    fit = population.fit()
    assert fit
    there = fit.paths.set_index(["lhs", "rhs"])["est"]
    assert there["C", "D"] != 0
    assert there["D", "C"] != 0
    # The total effect of a loop is its geometric series.
    effects = cs.effects(fit).set_index(["source", "target"])
    loop = there["C", "D"] * there["D", "C"]
    assert effects.loc[("A", "D"), "total"] == pytest.approx(there["C", "A"] * there["D", "C"] / (1 - loop), rel=EXACT)


@FAST
@given(SEEDS)
def test_wishart_is_normal_theory_of_the_rescaled_covariance(seed):
    population = populate(random_syntax(seed), seed)
    n = 40
    sample = np.cov(np.random.default_rng(seed).multivariate_normal(population.mean[0], population.cov[0], 400).T)
    items = population.table.observed
    wishart = population.model.fit(cs.Moments.from_table(n=n, cov=sample, items=items), likelihood="wishart")
    normal = population.model.fit(cs.Moments.from_table(n=n, cov=sample, items=items, divisor="n"))
    # A sample without a finite solution has no estimates to compare.
    assume(wishart.status.usable and normal.status.usable)
    # from_table turned n - 1 into n, and the Wishart likelihood turns it back.
    unit = np.sqrt(np.diag(normal.vcov) * n)
    assert np.abs((wishart.solution.theta - normal.solution.theta) / unit).max() < EXACT
    chisq = wishart.fit_measures()["chisq"], normal.fit_measures()["chisq"]
    assert chisq[0] / (n - 1) == pytest.approx(chisq[1] / n, rel=1e-9)


def _batch(text, seed, count):
    population = populate(text, seed)
    rng = np.random.default_rng(seed)
    rows = rng.multivariate_normal(population.mean[0], population.cov[0], (count, 300))
    cov = np.stack([np.cov(block.T, ddof=0) for block in rows])[:, None]
    mean = rows.mean(axis=1)[:, None]
    structure = compile_structure(population.table)
    start = np.stack([start_values(population.table, structure, m, s) for m, s in zip(mean, cov, strict=True)])
    return structure, ScaledMoments(mean, cov, np.ones((count, 1))), start


@FAST
@given(SEEDS)
def test_many_samples_at_once_are_the_samples_one_by_one(seed):
    structure, sample, start = _batch(random_syntax(seed), seed, 6)
    together = minimise(NormalTheory(structure, sample), start)
    for r in range(6):
        alone = minimise(NormalTheory(structure, sample.take(np.array([r]))), start[r : r + 1])
        assert together.converged[r] == alone.converged[0]
        if alone.converged[0]:
            np.testing.assert_allclose(together.theta[r], alone.theta[0], rtol=EXACT, atol=EXACT)
            assert together.iterations[r] == alone.iterations[0]


@pytest.mark.parametrize("hopeless", ["nan", "negative", "indefinite", "zero", "of rank one", "copied item"])
def test_a_hopeless_sample_does_not_disturb_the_others(hopeless):
    structure, sample, start = _batch(MEASURED + "C ~ A + B\nD ~ C", 11, 4)
    apart = minimise(NormalTheory(structure, sample), start)
    assert apart.converged.all()
    p = structure.p
    copied = sample.cov[1, 0].copy()
    copied[1], copied[:, 1] = copied[0], copied[:, 0]
    copied[1, 1] = copied[0, 0]
    bad = {
        "nan": np.full((p, p), np.nan),
        "negative": -np.eye(p),
        "indefinite": np.full((p, p), 2.0) - np.eye(p),
        "zero": np.zeros((p, p)),
        "of rank one": np.ones((p, p)),
        "copied item": copied,
    }[hopeless]
    for position in (0, 2, 4):
        cov = np.insert(sample.cov, position, bad, axis=0)
        mean = np.insert(sample.mean, position, 0.0, axis=0)
        begin = np.insert(start, position, start[0], axis=0)
        found = minimise(NormalTheory(structure, ScaledMoments(mean, cov, np.ones((5, 1)))), begin)
        others = np.arange(5) != position
        assert not found.converged[position]
        assert found.converged[others].all()
        np.testing.assert_allclose(found.theta[others], apart.theta, rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("value", [np.nan, -50.0])
def test_a_hopeless_start_does_not_disturb_the_others(value):
    structure, sample, start = _batch(MEASURED + "C ~ A + B\nD ~ C", 11, 4)
    apart = minimise(NormalTheory(structure, sample), start)
    begin = start.copy()
    begin[1] = value
    found = minimise(NormalTheory(structure, sample), begin)
    others = np.array([0, 2, 3])
    assert found.iterations[1] == 0
    assert not found.converged[1]
    np.testing.assert_allclose(found.theta[others], apart.theta[others], rtol=EXACT, atol=EXACT)
