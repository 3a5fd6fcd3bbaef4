"""What is drawn stands where the result says: points, bars, intervals, areas."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Ellipse, Wedge
from scipy.stats import chi2, gaussian_kde, norm, t

import csisem as cs
from csisem.plot.group_means import compact_letters
from plot.pictures import anova, csi, draw, fit, kano, normality, pls, results, survey, tree, trend

# Angles and widths of figures are sums of a few numbers.
IDENTITY = 1e-9
# A density on a grid of 256 bins against the one from each replicate: the bins are a tenth of the bandwidth.
BINNED = 0.02


def ends(collection):
    """Lower and upper ends of horizontal or vertical lines, (n, 2)."""
    parts = np.array(collection.get_segments())
    across = np.ptp(parts[:, :, 0], axis=1).sum() > 0
    return parts[:, :, 0 if across else 1]


def notes(ax):
    return [text.get_text() for text in ax.texts]


def test_indices_and_their_intervals():
    frame = csi("region")
    rows = frame[frame["construct"] == "Loyalty"]
    ax = cs.plot.index(frame, "Loyalty", total=70.0)
    assert np.array_equal(ax.lines[0].get_xdata(), rows["index"])
    assert np.array_equal(ends(ax.collections[0]), rows[["ci_lower", "ci_upper"]])
    assert notes(ax) == [f"{value:.1f}" for value in rows["index"]]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(rows["region"])
    assert list(ax.lines[1].get_xdata()) == [70.0, 70.0]
    # Read from top to bottom.
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_an_index_without_a_value_has_a_dash():
    frame = csi().copy()
    frame.loc[2, ["index", "ci_lower", "ci_upper"]] = np.nan
    ax = cs.plot.index(frame)
    assert notes(ax)[2] == "–"
    assert len(ax.get_yticklabels()) == 6


@pytest.mark.parametrize("measure", ["top_box", "nps", "means"])
def test_shares_scores_and_means_are_drawn_too(measure):
    options = {"deff": "replace"} if measure == "means" else {}
    frame = getattr(cs.diagnose, measure)(survey(), "l1", by="firm", **options)
    ax = cs.plot.index(frame)
    value = {"top_box": "share", "nps": "nps", "means": "estimate"}[measure]
    assert np.array_equal(ax.lines[0].get_xdata(), frame[value])


def test_the_rows_of_one_segment_are_read_by_construct():
    frame = csi("firm")
    ax = cs.plot.index(frame[frame["firm"] == "Cedar"])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(dict.fromkeys(frame["construct"]))
    drivers = cs.improve.drivers(survey(), ["s1", "s2", "s3"], ["q1", "q2", "v1"], measures="correlation")
    assert np.array_equal(cs.plot.index(drivers).lines[0].get_xdata(), drivers["estimate"])


def test_indices_of_firms_industries_and_the_nation():
    firms = pd.DataFrame({"firm": list("ABC"), "industry": ["taxi", "taxi", "rail"], "index": [66.2, 71.5, 74.8],
                          "se": [0.9, 0.8, 0.7], "passengers": [5, 3, 9]})  # fmt: skip
    nation = cs.index.aggregate(firms, ["firm", "industry"], {"firm": "passengers"})
    ax = cs.plot.index(nation, language="en", labels={"taxi": "cabs"})
    assert np.array_equal(ax.lines[0].get_xdata(), nation["index"])
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["Total", "cabs", "rail", "cabs × A", "cabs × B", "rail × C"]


def test_eight_expectations_are_gaps_of_0_to_10():
    columns = [f"{kind}{k}" for kind in "ea" for k in range(8)]
    answers = pd.DataFrame(np.random.default_rng(1).integers(4, 11, (60, 16)), columns=columns)
    asked = {f"expectation {k}": {f"item {k}": (f"e{k}", f"a{k}")} for k in range(8)}
    found = cs.improve.service_expectations(cs.Survey(answers, scale=(0, 10)), asked)
    ax = cs.plot.gaps(found)
    assert np.array_equal(ax.collections[2].get_offsets()[:, 0], found["actual"])
    assert ax.get_xlabel().startswith("Points of 0-10;")


def test_rows_that_say_two_things_of_one_name_are_refused():
    twice = pd.concat([csi("firm"), csi("firm")])
    for picture in (cs.plot.radar, cs.plot.bar, cs.plot.line):
        with pytest.raises(cs.DataError, match="two rows of one name"):
            picture(twice)
    with pytest.raises(cs.DataError, match="two rows of one answer"):
        cs.plot.likert(pd.concat([results()["likert"]] * 2))


def test_several_constructs_by_segment_must_be_chosen():
    with pytest.raises(cs.DataError, match=r"several values of 'construct'; give of= one of 'Expectation'"):
        cs.plot.index(csi("region"))
    with pytest.raises(cs.DataError, match=r"of='Loyalti' is not one of .*did you mean 'Loyalty'"):
        cs.plot.index(csi("region"), "Loyalti")


def test_a_trend_with_its_band_intervals_and_stars():
    frame = trend().assign(pvalue_holm=[np.nan, 0.04, 0.2, 0.3])
    ax = cs.plot.trend(frame)
    assert np.array_equal(ax.lines[0].get_ydata(), frame["index"])
    corners = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert {*frame["band_lower"], *frame["band_upper"]} <= set(corners)
    assert np.array_equal(ends(ax.collections[1]), frame[["ci_lower", "ci_upper"]])
    assert [text.endswith("*") for text in notes(ax)] == [False, True, False, False]
    assert ax.get_xlabel().startswith("*")
    assert not cs.plot.trend(trend().assign(pvalue_holm=0.5)).get_xlabel()


def test_trends_of_segments_are_lines_with_names():
    frame = trend("region")
    ax = cs.plot.trend(frame)
    for line, region in zip(ax.lines, ["North", "East", "South", "West"], strict=True):
        assert np.array_equal(line.get_ydata(), frame.loc[frame["region"] == region, "index"])
    assert {"North", "East", "South", "West"} <= set(notes(ax))


def test_points_and_ellipses_of_the_map():
    frame = results()["ipma"]
    ax = cs.plot.ipma(frame, level=0.9)
    assert np.array_equal(ax.collections[0].get_offsets(), frame[["importance", "performance"]])
    cuts = frame.attrs["cuts"][""]
    assert [line.get_xdata()[0] for line in ax.lines[:1]] == [cuts[0]]
    assert [line.get_ydata()[0] for line in ax.lines[1:]] == [cuts[1]]
    shapes = [patch for patch in ax.patches if isinstance(patch, Ellipse)]
    assert len(shapes) == len(frame)
    for shape, row in zip(shapes, frame.itertuples(), strict=True):
        # Every point of the outline is at the same distance in the covariance's own metric: the chi-square's quantile.
        own = np.array([[row.importance_se**2, row.covariance], [row.covariance, row.performance_se**2]])
        angle = np.linspace(0, 2 * np.pi, 9)
        turn = np.radians(shape.angle)
        arms = shape.width / 2 * np.cos(angle), shape.height / 2 * np.sin(angle)
        points = np.stack([np.cos(turn) * arms[0] - np.sin(turn) * arms[1],
                           np.sin(turn) * arms[0] + np.cos(turn) * arms[1]])  # fmt: skip
        distance = np.einsum("an,ab,bn->n", points, np.linalg.inv(own), points)
        assert np.allclose(distance, chi2.ppf(0.9, 2), rtol=1e-6)
    assert not cs.plot.ipma(frame, ellipses=False).patches


def test_quadrants_and_targets():
    frame = results()["quadrant"]
    assert np.array_equal(cs.plot.quadrant(frame).collections[0].get_offsets(), frame[["importance", "satisfaction"]])
    targets = cs.improve.targets({"q1": 76, "q2": 68}, {"q1": 0.4, "q2": 0.6})
    ax = cs.plot.quadrant(targets)
    assert np.array_equal(ax.collections[0].get_offsets(), targets[["importance", "score"]])
    assert not ax.lines


def test_parts_of_a_sunburst_are_as_wide_as_their_weights():
    scores = tree().score(survey())
    ax = cs.plot.hierarchy(tree(), scores, kind="sunburst")
    widths = [patch.theta2 - patch.theta1 for patch in ax.patches if isinstance(patch, Wedge)]
    assert np.allclose(np.array(widths) / 360, tree().weights["weight"][1:], atol=IDENTITY)
    assert notes(ax)[0] == f"Total\n{scores['index'][0]:.1f}"


def test_a_tree_shows_index_interval_and_weight():
    scores = tree().score(survey())
    ax = cs.plot.hierarchy(tree(), scores)
    row = scores[scores["node"] == "Value"].iloc[0]
    value = f"Value\n{row['index']:.1f} [{row['ci_lower']:.1f}, {row['ci_upper']:.1f}]  40 %"
    assert value in notes(ax)
    assert "Value\n40 %" in notes(cs.plot.hierarchy(tree()))
    with pytest.raises(cs.DataError, match="several rows a node"):
        cs.plot.hierarchy(tree(), tree().score(survey(), by="region"))
    with pytest.raises(cs.DataError, match="those of this tree; there is none of 'Value', 'v1', 'v2'"):
        cs.plot.hierarchy(tree(), scores.iloc[:5])


def test_likert_bars_add_up_and_diverge_at_the_middle():
    frame = results()["likert"]
    percent = frame.pivot(index="item", columns="answer", values="percent").to_numpy()
    for kind in ("stacked", "diverging"):
        ax = cs.plot.likert(frame, kind=kind)
        widths = np.array([[bar.get_width() for bar in part] for part in ax.containers]).T
        assert np.allclose(widths, percent, atol=IDENTITY)
        start = ax.containers[0][0].get_x()
        assert start == pytest.approx(0 if kind == "stacked" else -percent[0, :5].sum(), abs=IDENTITY)
    # Of an odd number of answers the middle one stands on both sides.
    odd = pd.DataFrame({"item": "q", "answer": [1, 2, 3], "percent": [20.0, 50.0, 30.0]})
    middle = cs.plot.likert(odd).containers[1][0]
    assert (middle.get_x(), middle.get_width()) == (-25.0, 50.0)


def test_a_cross_table_by_hand():
    # The taxi example of the training texts: 276 of 597 customers are satisfied.
    printed = pd.DataFrame({"tidy": [203, 143], "untidy": [73, 178]}, index=["satisfied", "not"])
    ax = cs.plot.crosstab(cs.diagnose.crosstab(printed, "overall", by="car", counts=True))
    widths = np.array([[bar.get_width() for bar in part] for part in ax.containers])
    assert np.allclose(widths[0], [100 * 203 / 346, 100 * 73 / 251, 100 * 276 / 597], atol=IDENTITY)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["tidy (346)", "untidy (251)", "Total (597)"]
    chinese = cs.plot.crosstab(results()["crosstab"], language="zh")
    assert [text.get_text() for text in chinese.get_legend().get_texts()] == [
        "满意（80 分及以上）",
        "不满意（80 分以下）",
    ]


def test_gaps_join_expectation_and_perception():
    frame = results()["gaps"]
    ax = draw("gaps")
    assert np.array_equal(ax.collections[1].get_offsets()[:, 0], frame["expected"])
    assert np.array_equal(ax.collections[2].get_offsets()[:, 0], frame["perceived"])
    first = frame.iloc[0]
    wanted = f"{first['gap']:.1f} [{first['ci_lower']:.1f}, {first['ci_upper']:.1f}]".replace("-", "−").replace(
        "−0.0", "0.0"
    )
    assert notes(ax)[0] == wanted


def test_disconfirmation_is_centred_on_the_satisfied():
    ax = draw("disconfirmation")
    classes = results()["disconfirmation"].classes
    for part, name in zip(ax.containers, ["disappointed", "satisfied", "delighted"], strict=True):
        wanted = classes.loc[classes["class"] == name, "percent"]
        assert np.allclose([bar.get_width() for bar in part], wanted, atol=IDENTITY)
    middle = ax.containers[1][0]
    assert middle.get_x() == pytest.approx(-middle.get_width() / 2, abs=IDENTITY)


@pytest.mark.parametrize("name", ["loadings", "weights"])
def test_standardised_loadings_and_weights(name):
    rows = fit().loadings if name == "loadings" else pls().weights
    ax = getattr(cs.plot, name)(rows, level=0.9)
    assert np.array_equal(ax.lines[0].get_xdata(), rows["std"])
    reach = norm.ppf(0.95) * rows["std_se"]
    assert np.allclose(ends(ax.collections[0]), np.stack([rows["std"] - reach, rows["std"] + reach], axis=1))
    ticks = [tick.get_text() for tick in ax.get_yticklabels()]
    # Each item stands on its row, below its construct.
    assert [ticks[int(row)] for row in ax.lines[0].get_ydata()] == list(rows["rhs"])
    assert [one for one in ticks if one not in set(rows["rhs"])] == list(dict.fromkeys(rows["lhs"]))


def test_a_fit_without_weights_says_so():
    with pytest.raises(cs.DataError, match="has no outer weights"):
        cs.plot.weights(fit())


def test_a_fit_by_group_names_its_groups():
    grouped = cs.datasets.retail_survey_model().fit(survey(), groups="firm")
    with pytest.raises(cs.DataError, match="give group= one of 'Alder', 'Birch', 'Cedar'"):
        cs.plot.loadings(grouped)
    rows = grouped.loadings
    ax = cs.plot.loadings(grouped, group="Birch")
    assert np.array_equal(ax.lines[0].get_xdata(), rows.loc[rows["group"] == "Birch", "std"])
    seen = cs.plot.residuals(grouped, group="Cedar").images[0].get_array().filled(np.nan)
    wanted = grouped.residuals("cor").loc["Cedar"].to_numpy()
    assert np.array_equal(seen[np.tril_indices(16)], wanted[np.tril_indices(16)])
    with pytest.raises(cs.DataError, match="one of the fit's groups, 'Alder', 'Birch', 'Cedar'"):
        cs.plot.residuals(grouped)


def test_residuals_of_a_fit():
    image = draw("residuals").images[0].get_array()
    wanted = fit().residuals("cor").to_numpy()
    assert np.array_equal(image.filled(0.0), np.tril(wanted))
    low, high = draw("residuals").images[0].get_clim()
    assert high == -low == np.abs(wanted).max()


def test_radar_lines_are_at_their_values():
    values = pd.DataFrame({"a": [60.0, 70.0, 80.0], "b": [65.0, np.nan, 75.0]}, index=["x", "y", "z"])
    ax = cs.plot.radar(values, limits=(50, 90))
    lines = [line for line in ax.lines if line.get_marker() == "o"]
    for line, name in zip(lines, values, strict=True):
        radius = np.hypot(*line.get_data())[:-1]
        assert np.allclose(radius, (values[name] - 50) / 40, equal_nan=True)
    with pytest.raises(cs.DataError, match="needs three spokes, and there are 2"):
        cs.plot.radar({"a": 1, "b": 2})
    with pytest.raises(cs.OptionError, match=r"limits=.*must rise"):
        cs.plot.radar(values, limits=(90, 50))


def test_bars_have_the_heights_and_intervals_of_the_frame():
    frame = results()["bar"]
    ax = draw("bar")
    assert [bar.get_height() for bar in ax.patches] == list(frame["percent"])
    assert np.allclose(ends(ax.collections[0]), frame[["ci_lower", "ci_upper"]], atol=IDENTITY)
    negative = cs.plot.bar({"a": -3.0, "b": np.nan})
    assert notes(negative) == ["−3.0", "–"]


def test_bars_of_several_series():
    table = pd.DataFrame({"2023": [70.0, 60.0], "2024": [72.0, 61.0]}, index=["Quality", "Value"])
    ax = cs.plot.bar(table)
    assert [[bar.get_width() for bar in part] for part in ax.containers] == [[70.0, 60.0], [72.0, 61.0]]


def test_slices_of_a_pie():
    ax = cs.plot.pie({"a": 1, "b": 0, "c": 3})
    assert [(patch.theta1, patch.theta2) for patch in ax.patches] == [(0.0, 90.0), (-270.0, 0.0)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"a": -1, "b": 2}, "at least 0"),
        ({"a": 0}, "not all 0"),
        ({str(k): 1 for k in range(16)}, "16 parts"),
        (pd.DataFrame({"a": [1], "b": [2]}), "one series"),
    ],
)
def test_what_is_no_whole_has_no_pie(wrong, said):
    with pytest.raises(cs.DataError, match=said):
        cs.plot.pie(wrong)


def test_lines_break_at_missing_numbers():
    ax = cs.plot.line(pd.Series([1.0, np.nan, 3.0], index=["a", "b", "c"]))
    assert np.array_equal(ax.lines[0].get_ydata(), [1, np.nan, 3], equal_nan=True)


def test_ranks_and_their_intervals():
    frame, ax = results()["ranks"], draw("ranks")
    assert list(ax.lines[0].get_xdata()) == list(frame["rank"])
    assert np.array_equal(ends(ax.collections[0]), frame[["rank_lower", "rank_upper"]])


def test_a_histogram_with_its_normal_curve():
    frame, ax = normality().histogram, draw("histogram")
    assert [bar.get_height() for bar in ax.patches] == list(frame["percent"])
    assert [bar.get_x() for bar in ax.patches] == list(frame["left"])
    assert np.array_equal(ax.lines[0].get_ydata(), frame["normal"])


def test_normal_data_are_straight_on_probability_paper():
    values = norm.ppf((np.arange(400) + 0.5) / 400, 70, 5)
    found = cs.diagnose.normality(pd.DataFrame({"x": values}), "x")
    ax = cs.plot.probability_paper(found)
    x, height = ax.lines[1].get_data()
    line_x, line_y = ax.lines[0].get_data()
    # The standard deviation of these quantiles is 0.3 % below that of the distribution.
    assert np.allclose(height, np.interp(x, line_x, line_y), atol=0.02)
    assert np.allclose(ax.get_yticks(), norm.ppf([float(tick.get_text()) / 100 for tick in ax.get_yticklabels()]))
    points = cs.plot.pp(found).lines[1].get_data()
    assert np.allclose(*points, atol=0.005)


def test_scree_marks_the_factors_above_chance():
    table, ax = results()["scree"].eigenvalues, draw("scree")
    assert np.array_equal(ax.lines[0].get_ydata(), table["eigenvalue"])
    assert np.array_equal(ax.lines[2].get_ydata(), table["chance"])
    assert np.array_equal(ax.lines[1].get_ydata(), table.loc[table["kept"], "eigenvalue"])


def test_kano_points_and_intervals():
    frame, ax = kano(), cs.plot.kano(kano(), level=0.9)
    points = np.array([part[0].get_xydata()[0] for part in ax.containers])
    assert np.allclose(points, np.stack([-frame["worse"], frame["better"]], axis=1))
    arms = np.array([np.ptp(part[2][0].get_segments()[0][:, 0]) / 2 for part in ax.containers])
    assert np.allclose(arms, t.ppf(0.95, frame.attrs["degrees"]) * frame["worse_se"])


def test_a_loyalty_curve_in_percent():
    frame, ax = results()["loyalty_curve"], draw("loyalty_curve")
    assert np.array_equal(ax.lines[0].get_ydata(), 100 * frame["loyalty"])
    assert set(100 * frame["ci_upper"]) <= set(ax.collections[0].get_paths()[0].vertices[:, 1])


def test_a_pareto_picture_has_bars_and_their_sum():
    frame, ax = results()["pareto"], draw("pareto")
    assert sorted((bar.get_height() for bar in ax.patches), reverse=True) == list(100 * frame["share"])
    assert np.array_equal(ax.lines[0].get_ydata(), 100 * frame["cumulative"])


def test_means_of_groups():
    found, ax = anova("firm"), draw("group_means")
    assert np.array_equal(ax.lines[0].get_xdata(), found.means["mean"])
    assert np.array_equal(ends(ax.collections[0]), found.means[["ci_lower", "ci_upper"]])
    assert "under the design, Holm" in ax.get_xlabel()
    assert "Tukey" in cs.plot.group_means(found, method="tukey").get_xlabel()
    with pytest.raises(cs.DataError, match="method='duncan' is not one of 'tukey'"):
        cs.plot.group_means(found, method="duncan")


@pytest.mark.parametrize("seed", range(20))
def test_groups_share_a_letter_exactly_where_no_test_is_significant(seed):
    rng, groups = np.random.default_rng(seed), list("abcdefg")
    pairs = list(combinations(groups, 2))
    tests = pd.DataFrame(pairs, columns=["first", "second"]).assign(pvalue=rng.uniform(0, 0.1, len(pairs)))
    letters = dict(zip(groups, compact_letters(groups, tests, 0.05), strict=True))
    for first, second, pvalue in tests.itertuples(index=False):
        assert bool(set(letters[first]) & set(letters[second])) == (pvalue >= 0.05)
    # No letter stands for groups that another letter has, all of them and more.
    members = [{name for name, own in letters.items() if mark in own} for mark in set("".join(letters.values()))]
    assert not any(one < other for one in members for other in members)


def test_discriminant_scores_are_shares_of_each_group():
    found, ax = results()["discriminant"], draw("discriminant")
    bars = [bar.get_height() for bar in ax.patches if hasattr(bar, "get_height")]
    half = len(bars) // 2
    assert sum(bars[:half]) == pytest.approx(100, abs=IDENTITY)
    assert sum(bars[half:]) == pytest.approx(100, abs=IDENTITY)
    # The scores give the hits of the same rows again.
    right = (found.scores["score"] > 0) == found.scores["inside"]
    assert np.average(right, weights=found.scores["weight"]) * 100 == pytest.approx(
        found.hits["percent"][0], abs=IDENTITY
    )


def test_densities_of_replicates():
    drawn = results()["bootstrap"]
    ax = cs.plot.bootstrap(drawn, "Value ~ Quality", level=0.9)
    values = drawn.draws["Value ~ Quality"].to_numpy()
    curve = ax.lines[0] if len(ax.lines[0].get_xdata()) > 1 else ax.lines[1]
    x, height = curve.get_data()
    quarter, upper = np.quantile(values, [0.25, 0.75])
    width = 0.9 * min(values.std(), (upper - quarter) / 1.34) * len(values) ** -0.2
    wanted = gaussian_kde(values, bw_method=width / values.std(ddof=1))(x)
    assert np.allclose(-height / 0.85, wanted / wanted.max(), atol=BINNED)
    low, high = np.quantile(values, [0.05, 0.95])
    assert notes(ax)[0].endswith(f"[{low:.2f}, {high:.2f}]")
    with pytest.raises(cs.DataError, match="did you mean 'Value ~ Quality'"):
        cs.plot.bootstrap(drawn, "Value ~ Qualty")
