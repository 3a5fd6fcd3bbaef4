"""What a construct is told to be."""

from __future__ import annotations

import pickle

import pytest

import csisem as cs


def test_which_constructs_are_composites():
    assert not cs.Construct("Quality", ["q1", "q2"]).composite
    assert cs.Construct("Quality", ["q1", "q2"], "B").composite
    assert cs.Construct("Quality", ["q1", "q2"], composite=True).composite
    assert not cs.Construct("Quality", ["q1", "q2"], "unit").composite


def test_a_composite_is_written_as_one():
    composite = cs.Model(
        [cs.Construct("Quality", ["q1", "q2"], composite=True), cs.Construct("Sat", ["s1", "s2"])], [("Quality", "Sat")]
    )
    assert composite.to_syntax().splitlines()[0] == "Quality <~ q1 + q2"
    assert cs.Model.from_syntax(composite.to_syntax()).construct("Quality").composite


@pytest.mark.parametrize("composite", ["yes", 1])
def test_composite_is_true_or_false(composite):
    with pytest.raises(cs.ModelError, match=f"composite= of 'Quality' takes True or False, not {composite!r}"):
        cs.Construct("Quality", ["q1", "q2"], composite=composite)


def test_regression_weights_are_of_composites():
    with pytest.raises(cs.ModelError, match="'Quality' has regression weights"):
        cs.Construct("Quality", ["q1", "q2"], "B", composite=False)


def test_text_is_read_by_another_constructor():
    with pytest.raises(cs.ModelError, match=r"read by Model\.from_syntax"):
        cs.Model("Quality =~ q1 + q2")


def test_a_model_made_from_a_model_or_text_can_be_fitted():
    model = cs.Model.from_syntax("A =~ a1 + a2\nB =~ b1 + b2\nB ~ A")
    for one in (model, model.fix(("A", "B")), pickle.loads(pickle.dumps(model))):
        assert type(one) is cs.Model
    assert pickle.loads(pickle.dumps(model)) == model
    assert all(hasattr(model, name) for name in ("fit", "simulate", "fix", "to_syntax", "table", "matrices"))
