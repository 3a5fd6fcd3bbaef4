"""The mobile-phone survey: published moments, wording and models."""

from __future__ import annotations

import numpy as np
import pytest

from csisem.datasets import mobile_phone, mobile_phone_items, mobile_phone_model
from csisem.errors import OptionError
from csisem.survey import Scale


def test_moments_are_the_published_ones() -> None:
    moments = mobile_phone()
    assert (int(moments.n), moments.p) == (250, 24)
    assert set(moments.scales) == {Scale(1, 10)}
    pick = [moments.items.index(item) for item in ("CUEX1", "CUSA1", "CUSCO", "PERV2")]
    # facts.md 3.1 prints three and six decimals.
    np.testing.assert_allclose(moments.mean[pick], [7.580, 7.988, 7.068, 6.916], atol=5e-4)
    sd = np.sqrt(np.diag(moments.cov) * 250 / 249)
    np.testing.assert_allclose(sd[pick], [1.621765, 1.233671, 2.274217, 1.842423], atol=5e-7)


def test_every_item_has_its_wording() -> None:
    assert set(mobile_phone_items()) == set(mobile_phone().items)


def test_models_use_the_items_and_name_their_source() -> None:
    full, small = mobile_phone_model(), mobile_phone_model("small")
    assert set(full.items) == set(mobile_phone().items)
    assert sum(relation.op == "~" for relation in full.relations) == 12
    assert [c.name for c in full.constructs] == [
        "Image", "Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty",
    ]  # fmt: skip
    assert [c.name for c in small.constructs] == ["EXP", "VAL", "SAT", "LOY"]
    assert (full.table().npar, small.table().npar) == (59, 24)
    assert "Tenenhaus" in full.source
    with pytest.raises(OptionError, match=r"variant='smal'.*did you mean 'small'"):
        mobile_phone_model("smal")  # type: ignore[arg-type]


def test_the_small_model_has_lavaans_chi_square() -> None:
    fit = mobile_phone_model("small").fit(mobile_phone())
    # Polished figure of facts.md 3.3 (a).
    assert fit.fit_measures()["chisq"] == pytest.approx(51.7872716194, rel=1e-9)
