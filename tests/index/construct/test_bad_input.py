"""Data and options for which there is no index, effect or residual: one clear sentence each."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from refusals import ITEMS, refusal, with_value

# ---- the index and effects


def test_the_index_needs_a_scale(model, mobi):
    text = refusal(cs.ScaleError, lambda: cs.csi(model.fit(mobi)))
    assert "declare scale= for 'CUEX1', 'CUEX2'" in text
    part = model.fit(cs.Survey(mobi, scale=dict.fromkeys(ITEMS[1:], (1, 10))))
    assert refusal(cs.ScaleError, lambda: cs.csi(part)).endswith("declare scale= for 'CUEX1'.")


def test_the_index_needs_means(model, cov):
    fit = model.fit(cs.Moments.from_table(n=250, cov=cov, scale=(1, 10)))
    for item_weights in ("model", "equal"):
        text = refusal(cs.DataError, lambda item_weights=item_weights: cs.csi(fit, item_weights=item_weights))
        assert text.endswith("give mean=.")


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"bootstrap": 100}, cs.OptionError, "bootstrap= takes the result of bootstrap(), not 'int'"),
        ({"by": "Region"}, cs.DataError, "no column 'Region' (named in by=) (did you mean 'region'?)"),
        ({"item_weights": "equl"}, cs.OptionError, "(did you mean 'equal'?)"),
        ({"se": "robst"}, cs.OptionError, "(did you mean 'robust'?)"),
        ({"data": 3}, cs.DataError, "is not a data frame"),
    ],
    ids=str,
)
def test_options_of_the_index(scaled, options, kind, words):
    assert words in refusal(kind, lambda: cs.csi(scaled, **options))


def test_other_answers_that_lack_an_item(scaled, mobi):
    assert "no column 'CUSA3'" in refusal(cs.DataError, lambda: cs.csi(scaled, mobi.drop(columns="CUSA3")))


def test_an_index_by_column_needs_rows(model, cov, mobi):
    table = cs.Moments.from_table(n=250, cov=cov, mean=mobi[ITEMS].mean(), scale=(1, 10))
    fit = model.fit(table)
    text = refusal(cs.DataError, lambda: cs.csi(fit, by="region"))
    assert "holds no rows" in text
    assert "needs rows, and moments hold none" in refusal(
        cs.DataError, lambda: cs.csi(fit, table, by="region")
    ).replace("by=['region'] ", "")
    assert "needs the rows that were fitted" in refusal(cs.DataError, lambda: cs.csi(fit, se="robust"))


def test_a_group_the_fit_does_not_know(model, mobi):
    fit = model.fit(cs.Survey(mobi, scale=dict.fromkeys(ITEMS, (1, 10))), groups="region")
    text = refusal(cs.DataError, lambda: cs.csi(fit, mobi.assign(region="c")))
    assert text == "The fit has no group 'c'; it was fitted to 'a', 'b'."
    assert refusal(cs.OptionError, lambda: fit.matrices("c")) == "The fit has no group 'c': its groups are 'a', 'b'."


def test_rows_without_a_domain_are_counted_and_keep_their_part_in_the_errors(model, mobi):
    scale = dict.fromkeys(ITEMS, (1, 10))
    gone = with_value(mobi, slice(0, 40), "region", None)
    fit = model.fit(cs.Survey(gone, scale=scale))
    with pytest.warns(cs.CsisemWarning, match="40 of the 250 fitted rows are in no group of 'region'"):
        index = cs.csi(fit, by="region")
    assert index.attrs["notes"]
    # They moved the weights, so that the others' errors are as if they were a group of their own.
    named = cs.csi(model.fit(cs.Survey(gone.fillna({"region": "?"}), scale=scale)), by="region")
    same = named[named["region"] != "?"].set_index(["construct", "region"])
    ours = index.set_index(["construct", "region"])
    np.testing.assert_allclose(ours["se"], same.loc[ours.index, "se"], rtol=1e-12)


def test_other_answers_with_blanks_are_counted(scaled, mobi):
    with pytest.warns(cs.CsisemWarning, match="3 of 250 rows were left out"):
        index = cs.csi(scaled, with_value(mobi, [0, 1, 2], "CUEX1", np.nan))
    assert set(index["n"]) == {247}
    assert "247 were used" in index.attrs["notes"][0]


def test_effects_take_nothing_but_a_bootstrap(scaled):
    assert "not 'int'" in refusal(cs.OptionError, lambda: cs.effects(scaled, bootstrap=100))


def test_residuals_of_an_unknown_kind(scaled):
    assert "kind='corr' is not one of 'raw', 'cor', 'normalized', 'standardized' (did you mean 'cor'?)" in refusal(
        cs.OptionError, lambda: scaled.residuals("corr")
    )


def test_a_name_the_package_lacks():
    with pytest.raises(AttributeError, match=r"csisem has no 'Survy' \(did you mean 'Survey'\?\)"):
        _ = cs.Survy
