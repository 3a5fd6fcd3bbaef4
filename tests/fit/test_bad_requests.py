"""Options and models that cannot be fitted get one clear sentence."""

from __future__ import annotations

import pytest

import csisem as cs
from refusals import MEASURED, SMALL, refusal

# ---- options


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "mll"}, "estimator='mll' is not one of 'ML', 'MLM', 'MLMV', 'MLMVS', 'MLR', 'GLS', "),
        ({"estimator": "mll"}, "(did you mean 'ML'?)"),
        ({"estimator": "GLSS"}, "(did you mean 'GLS'?)"),
        ({"estimator": "GLS", "likelihood": "wishart"}, "estimator='GLS' has no likelihood"),
        ({"estimator": "WLS", "information": "observed"}, "information='observed' is used by ML and GLS"),
        ({"estimator": "GLS", "engine": "semopy"}, "engine='semopy' estimates by 'ML' only, not by 'GLS'"),
        ({"estimator": "WLSMVX"}, "estimator='WLSMVX' is not one of"),
        ({"parameterization": "theta"}, "parameterization='theta' is about ordered items"),
        ({"estimator": "plss"}, "(did you mean 'PLS'?)"),
        ({"ordered": ["CUEX1"]}, "ordered= is used by WLSMV"),
        ({"missing": "pairwise"}, "missing='pairwise' is used by PLS; estimator='ML' takes 'listwise' or 'fiml'"),
        ({"missing": "listwize"}, "(did you mean 'listwise'?)"),
        ({"equal": ["loadings"]}, "give groups= too"),
        ({"groups": "region", "equal": "loading"}, "equal='loading' is not one of"),
        ({"groups": "region", "equal": ["intercept"]}, "(did you mean 'intercepts'?)"),
        ({"groups": "region", "equal": 3}, "equal= takes a name or a list of names, as text, not 3"),
        ({"groups": "region", "release": "EXP =~ CUEX2"}, "release= frees relations from what equal= holds equal"),
        (
            {"groups": "region", "equal": "loadings", "release": "EXP =~ CUEX9"},
            "release= names 'EXP=~CUEX9', which is not a parameter of the model (did you mean 'EXP=~CUEX",
        ),
        ({"design": True}, "design= must be a Design, None (the survey's own) or False (none); got True"),
        ({"design": "region"}, "design= must be a Design, None (the survey's own) or False (none); got 'region'"),
        ({"meanstructure": "yes"}, "meanstructure='yes' is not one of True, False, None"),
        ({"meanstructure": False, "groups": "region", "equal": "intercepts"}, "equal='intercepts' has no use"),
        ({"likelihood": "Wishard"}, "(did you mean 'wishart'?)"),
        ({"information": "observd"}, "(did you mean 'observed'?)"),
        ({"auxiliary": ["region"]}, "auxiliary= is used with missing='fiml'; complete rows"),
        ({"estimator": "MLR", "scheme": "centroid"}, "scheme='centroid' is used by PLS; estimator='MLR' weighs"),
        ({"scheme": "centroids"}, "(did you mean 'centroid'?)"),
        ({"higher_order": "embedded"}, "higher_order='embedded' is used by PLS"),
        ({"moderation": "product"}, "moderation='product' is used by PLS"),
        ({"dominant": {"EXP": "CUEX1"}}, "dominant={'EXP': 'CUEX1'} is used by PLS"),
        ({"blocks": [["VAL", "SAT"]]}, "blocks= is used by 'SAM'; estimator='ML' measures all constructs at once"),
        ({"estimator": "PLS", "blocks": [["VAL", "SAT"]]}, "blocks= has no use: estimator='PLS'"),
        ({"engine": "semopi"}, "(did you mean 'semopy'?)"),
        ({"engine": "semopy", "groups": "region"}, "engine='semopy' fits one group"),
        ({"bounds": "wider"}, "bounds='wider' is not one of 'standard', 'wide', 'pos.var'"),
        ({"bounds": "wide", "effect_coding": True}, "bounds= takes the constructs' units from their first items"),
        ({"bounds": "wide", "engine": "semopy"}, "engine='semopy' knows no bounds"),
        ({"bounds": "pos.var", "estimator": "PLS"}, "bounds= has no use: estimator='PLS' estimates no variances"),
        ({"std_lv": "yes"}, "std_lv='yes' is not one of True, False"),
        ({"std_lv": True, "effect_coding": "loadings"}, "both set the units of the constructs"),
        ({"std_lv": True, "estimator": "PLS"}, "std_lv= has no use"),
        ({"orthogonal": 2}, "orthogonal=2 is not one of True, False"),
        ({"orthogonal": True, "estimator": "PLSc"}, "orthogonal= has no use"),
        ({"effect_coding": "loading"}, "(did you mean 'loadings'?)"),
        ({"effect_coding": 1.5}, "effect_coding= takes a name or a list of names"),
        ({"effect_coding": True, "estimator": "PLS"}, "effect_coding= has no use"),
        ({"groups": 5}, "groups= takes a name or a list of names, as text, not 5"),
    ],
    ids=str,
)
def test_options_that_do_not_exist_or_are_not_used(model, mobi, options, words):
    assert words in refusal(cs.OptionError, lambda: model.fit(mobi, **options))


def test_every_option_of_fit_was_tried():
    import inspect

    tried = {name for case in test_options_that_do_not_exist_or_are_not_used.pytestmark[0].args[1] for name in case[0]}
    assert tried == set(inspect.signature(cs.Model.fit).parameters) - {"self", "data"}


def test_written_intercepts_contradict_meanstructure_false(mobi):
    model = cs.Model.from_syntax(SMALL + "\nCUEX1 ~ 1")
    text = refusal(cs.OptionError, lambda: model.fit(mobi, meanstructure=False))
    assert text == "meanstructure=False leaves out intercepts, but the model writes some (~1)."


def test_one_word_is_as_good_as_a_list(model, mobi):
    one = model.fit(mobi, groups="region", equal="loadings", release="EXP =~ CUEX2")
    several = model.fit(mobi, groups=["region"], equal=["loadings"], release=["EXP =~ CUEX2"])
    assert one.settings == several.settings
    assert one.solution.table.npar == 2 * 19 - 3


# ---- models


@pytest.mark.parametrize("estimator", ["PLS", "PLSc"])
def test_an_item_on_two_constructs(mobi, estimator):
    model = cs.Model.from_syntax(SMALL.replace("CUSA3\n", "CUSA3 + CUEX2\n"))
    # ML identifies the second loading; PLS forbids it.
    assert model.fit(mobi)
    text = refusal(cs.ModelError, lambda: model.fit(mobi, estimator))
    assert text == "The item 'CUEX2' measures both 'EXP' and 'SAT'; PLS needs every item on one construct."


def test_paths_in_a_circle(mobi):
    model = cs.Model.from_syntax(SMALL + "\nEXP ~ SAT")
    text = refusal(cs.ModelError, lambda: model.fit(mobi, "PLS"))
    assert "form a cycle" in text
    assert "'EXP'" in text
    assert "'SAT'" in text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: cs.Construct("EXP", ["CUEX1", "CUEX1"]), "names the item 'CUEX1' 2 times"),
        (lambda: cs.Model.from_syntax("EXP =~ CUEX1 + CUEX1"), "names 'CUEX1' twice"),
        (lambda: cs.Construct("EXP", []), "'EXP' has no items"),
        (lambda: cs.Construct("EXP", ["EXP"]), "measured by itself"),
        (lambda: cs.Construct("EXP", "CUEX1", mode="unity"), "(did you mean 'unit'?)"),
        (lambda: cs.Model([cs.Construct("EXP", "CUEX1"), cs.Construct("EXP", "CUEX2")]), "Two constructs"),
        (lambda: cs.Model(["EXP"]), "is not a Construct"),
        (lambda: cs.Model([cs.Construct("EXP", "CUEX1")], ["E~"]), "'E~' is not a path"),
        (lambda: cs.Model([cs.Construct("EXP", "CUEX1")], [("EXP", "SAT", "LOY")]), "is not a path"),
        (lambda: cs.Model.from_syntax(""), "The model is empty"),
        (lambda: cs.Model.from_syntax(SMALL + "\nSAT ~ EXP"), "'SAT ~ EXP' repeats the relation"),
        (lambda: cs.Model.from_syntax(SMALL + "\nEXP ~~ CUSA1\nCUSA1 ~~ EXP"), "repeats the relation"),
        (lambda: cs.Model([cs.Construct("A", "x"), cs.Construct("B", "y")], [("A", "B")] * 2), "twice"),
        (lambda: cs.Model.from_syntax(SMALL + "\nSAT ~ EXP:VAL").table(), "The interaction 'EXP:VAL' belongs to PLS"),
        (lambda: cs.Model.from_syntax(SMALL + "\nEXP:VAL ~ SAT"), "it can only predict, on the right of '~'"),
        (lambda: cs.Model.from_syntax(SMALL + "\nSAT ~~ EXP:VAL"), "it can only predict, on the right of '~'"),
        (
            lambda: cs.Model.from_syntax(SMALL + "\nCUEX1 | t1").table(),
            "is about an ordered item: estimate by 'WLSMV'",
        ),
        (lambda: cs.Model.from_syntax(SMALL).construct("EXPP"), "no construct 'EXPP' (did you mean 'EXP'?)"),
        (lambda: cs.Model.from_syntax(SMALL).fix(("SAT", "EXP")), "no path from 'SAT' to 'EXP'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_models_that_contradict_themselves(make, words):
    text = refusal((cs.ModelError, cs.OptionError), make)
    assert words in text


@pytest.mark.parametrize(
    ("syntax", "words"),
    [
        (SMALL + "\nSAT ~ SAT", "'SAT' is regressed on itself"),
        (
            MEASURED + "SAT ~ path*EXP\ntwice := 2*pth",
            "'twice := 2*pth' names 'pth', which is not a label (did you mean 'path'?)",
        ),
        (MEASURED + "SAT ~ path*EXP\npth == 1", "names 'pth', which is not a label (did you mean 'path'?)"),
        (MEASURED + "SAT ~ path*EXP\npth > 0", "names 'pth', which is not a label (did you mean 'path'?)"),
        (MEASURED + "SAT ~ path*EXP\npth^2 == 1", "names 'pth', which is not a label (did you mean 'path'?)"),
        (MEASURED + "SAT ~ path*EXP\npath < 1/0", "'path < 1/0' divides by zero"),
        (MEASURED + "SAT ~ path*EXP\npath > 1\npath < 0", "constraints 'path > 1', 'path < 0' contradict each other"),
        (
            MEASURED + "SAT ~ path*EXP\nCUEX2 ~~ a*CUEX2\nCUEX3 ~~ b*CUEX3\na > b\nb > 2\na < 1\npath > 0",
            "The constraints 'a > b', 'b > 2', 'a < 1' contradict each other",
        ),
        (MEASURED + "SAT ~ lower(0)*EXP + path*EXP\npath < -1", "'SAT ~ EXP > 0' contradict each other"),
        (MEASURED + "SAT ~ lower(1)*EXP + upper(0)*EXP", "'SAT ~ EXP' has the lower bound 1 above its upper bound 0"),
        (MEASURED + "SAT ~ start(2)*EXP + upper(1)*EXP", "'SAT ~ EXP' starts at 2, outside the bounds of upper()"),
        (MEASURED + "SAT ~ 1*EXP + upper(1)*EXP", "'SAT ~ EXP' is fixed, so that upper() has nothing to bound"),
        ("EXP =~ lower(0)*CUEX1 + CUEX2 + CUEX3", "'EXP =~ CUEX1' is fixed, so that lower() has nothing to bound"),
        (MEASURED + "SAT ~ path*EXP + 1*EXP\npath > 0", "The constraint 'path > 0' has no free parameter in it"),
        (MEASURED + "SAT ~ path*EXP + 1*EXP\ntwice := 2*path\ntwice > 0", "'twice > 0' has no free parameter in it"),
        (MEASURED + "SAT ~ path*EXP\npath == 1\npath == 2", "'path == 2' contradicts the others"),
        ("EXP <~ CUEX1 + CUEX2 + CUEX3", "The composite 'EXP' is related to nothing"),
        (MEASURED + "SAT ~ c(a, b)*EXP", "lists 2 modifiers in c(...), but the fit has 1 group"),
    ],
)
def test_models_that_cannot_be_fitted(mobi, syntax, words):
    assert words in refusal(cs.ModelError, lambda: cs.Model.from_syntax(syntax).fit(mobi))


def test_a_release_that_frees_nothing_is_said(model, mobi):
    idle = ["CUEX3 ~1", "SAT ~ EXP"]
    asked = {"groups": "region", "equal": "loadings"}
    found = model.fit(mobi, release=["EXP =~ CUEX2", *idle], **asked)
    (said,) = [one for one in found.status.warnings if one.code == "fit.idle_release"]
    assert said.startswith("release= names 'CUEX3 ~1', 'SAT ~ EXP', which equal= (loadings) does not hold equal")
    assert "并不在 equal=" in said.text("zh")
    without = model.fit(mobi, release="EXP =~ CUEX2", **asked)
    assert not [one for one in without.status.warnings if one.code == "fit.idle_release"]
    assert found.fit_measures()["chisq"] == without.fit_measures()["chisq"]
