"""Functions that build the published satisfaction models from column names.

A construct without items is left out with its paths, and the model's title says so; only satisfaction is required. One
column may measure two constructs. ``model.source`` cites the publication and says which parts of it were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.models.published import ACSI, CCSI, ECSI, NCSB, SCSB, CcsiVariant, EcsiVariant, NcsbVariant
from csisem.options import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csisem.models.model import Model
    from csisem.models.published import Items
    from csisem.options import Language

__all__ = ["scsb", "acsi", "ecsi", "ccsi", "ncsb"]


def __dir__() -> list[str]:
    return list(__all__)


def scsb(
    *,
    expectation: Items | None = None,
    value: Items | None = None,
    satisfaction: Items,
    complaints: Items | None = None,
    loyalty: Items | None = None,
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Model:
    """Return the Swedish model of Fornell (1992): six paths, with value as the perceived performance.

    Parameters
    ----------
    expectation, value, satisfaction, complaints, loyalty
        The columns that measure each construct: a list, or one name for a single item. Items of ``value`` ask for
        quality given price and price given quality, which Fornell calls perceived performance.
    names
        Other names for constructs, ``{"Satisfaction": "满意"}``; the keys are English whatever the language.
    language
        ``"en"`` or ``"zh"``: the language of the construct names.

    Returns
    -------
    Model
        Free are β21 (value to satisfaction), β32, β42, β43 and γ11, γ21.

    Raises
    ------
    ModelError, OptionError
        If columns or names cannot be used, the model or variant does not have a construct, a construct would have no
        path, or there is no such language or variant.

    See Also
    --------
    acsi, ecsi, ccsi, ncsb : Later national models.

    References
    ----------
    Fornell, C. (1992). A national customer satisfaction barometer: the Swedish experience. Journal of Marketing,
    56(1), 6-21. The paths among expectation, value and satisfaction were read in a secondary source. The three to
    complaints and loyalty are from memory and were not checked in the article.

    Examples
    --------
    >>> cs.models.scsb(value=["v1", "v2"], satisfaction=["s1", "s2", "s3"], loyalty=["l1", "l2"])
    Model(SCSB without Expectation, Complaints: 3 constructs, 7 observed, 2 paths)
    """
    items = {"Expectation": expectation, "Value": value, "Satisfaction": satisfaction, "Complaints": complaints,
             "Loyalty": loyalty}  # fmt: skip
    return SCSB.build(items, language, names)


def acsi(
    *,
    expectation: Items | None = None,
    quality: Items | None = None,
    value: Items | None = None,
    satisfaction: Items,
    complaints: Items | None = None,
    loyalty: Items | None = None,
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Model:
    """Return the American model of Fornell et al. (1996): six constructs and nine paths.

    Parameters
    ----------
    expectation, quality, value, satisfaction, complaints, loyalty
        The columns that measure each construct: a list, or one name for a single item. Where product and service
        quality are asked apart, all their items go to ``quality``.
    names, language
        As in `scsb`, which also lists the exceptions.

    Returns
    -------
    Model
        With η = (Quality, Value, Satisfaction, Complaints, Loyalty) and ξ = Expectation, free are β21, β31, β32, β43,
        β53, β54 and γ11, γ21, γ31. To test β54 = γ21 = γ31 = 0, fit it against ``model.fix(("Complaints", "Loyalty"),
        ("Expectation", "Value"), ("Expectation", "Satisfaction"))``.

    References
    ----------
    Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The American Customer Satisfaction
    Index: nature, purpose, and findings. Journal of Marketing, 60(4), 7-18. Constructs and numbers of items were read
    in secondary sources. The nine paths and their numbering are those of the standard figure, from memory, and were
    not checked in the article.

    Examples
    --------
    >>> model = cs.models.acsi(quality=["q1", "q2", "q3"], value=["v1", "v2"], satisfaction=["s1", "s2", "s3"])
    >>> model.fit(cs.datasets.retail_survey()).paths[["lhs", "rhs", "std"]].round(2)
                lhs      rhs   std
    0         Value  Quality  0.71
    1  Satisfaction  Quality  0.63
    2  Satisfaction    Value  0.34
    """
    items = {"Expectation": expectation, "Quality": quality, "Value": value, "Satisfaction": satisfaction,
             "Complaints": complaints, "Loyalty": loyalty}  # fmt: skip
    return ACSI.build(items, language, names)


def ecsi(
    *,
    image: Items | None = None,
    expectation: Items | None = None,
    quality: Items | None = None,
    product_quality: Items | None = None,
    service_quality: Items | None = None,
    value: Items | None = None,
    satisfaction: Items,
    complaints: Items | None = None,
    loyalty: Items | None = None,
    variant: EcsiVariant = "mobile",
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Model:
    """Return a European model (ECSI, EPSI); its national variants differ, so the variant has a name.

    Parameters
    ----------
    image, expectation, quality, product_quality, service_quality, value, satisfaction, complaints, loyalty
        The columns that measure each construct: a list, or one name for a single item. ``quality`` and ``complaints``
        belong to ``"mobile"``; ``product_quality`` and ``service_quality`` to the other two.
    variant
        ``"mobile"``: the 12 paths of the mobile phone study, image the only exogenous construct. ``"basic"``: 10
        paths; image, expectation and both qualities are exogenous. ``"ordered"``: 13 paths, the basic ones with image
        before expectation and expectation before both qualities.
    names, language
        As in `scsb`, which also lists the exceptions.

    References
    ----------
    ``"mobile"``: Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling.
    Computational Statistics & Data Analysis, 48(1), 159-205; paths read in the model files of semPLS.
    ``"basic"`` and ``"ordered"``: ECSI Technical Committee (1998), Eklöf (2000), Kristensen, Martensen & Grønholdt
    (2000). The ten basic paths are inferred from the published number of relations; the thirteen ordered ones are
    from memory. Neither was checked in the publications.

    Examples
    --------
    >>> model = cs.models.ecsi(
    ...     image=["i1", "i2"], service_quality=["q1", "q2"], satisfaction=["s1", "s2", "s3"], variant="basic"
    ... )
    >>> model.title
    'ECSI (basic) without Expectation, ProductQuality, Value, Loyalty'
    >>> model.matrices().Gamma
                 Image ServiceQuality
    Satisfaction   γ11            γ12
    """
    items = {"Image": image, "Expectation": expectation, "Quality": quality, "ProductQuality": product_quality,
             "ServiceQuality": service_quality, "Value": value, "Satisfaction": satisfaction,
             "Complaints": complaints, "Loyalty": loyalty}  # fmt: skip
    return ECSI[validate("variant", variant, EcsiVariant)].build(items, language, names)


def ccsi(
    *,
    image: Items | None = None,
    expectation: Items | None = None,
    quality: Items | None = None,
    value: Items | None = None,
    satisfaction: Items,
    loyalty: Items | None = None,
    variant: CcsiVariant = "recursive",
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Model:
    """Return the Chinese model (CCSI, GB/T 19038-2009): six constructs, eleven paths, no complaints.

    Parameters
    ----------
    image, expectation, quality, value, satisfaction, loyalty
        The columns that measure each construct: a list, or one name for a single item.
    variant
        ``"recursive"``: image, expectation, quality, value and satisfaction each point to all that follow among them,
        and satisfaction to loyalty. ``"image_loyalty"``: a path from image to loyalty in place of the one from
        expectation to satisfaction.
    names, language
        As in `scsb`, which also lists the exceptions; ``"zh"`` gives the index's own terms (预期质量, 感知质量,
        感知价值, 顾客满意度).

    References
    ----------
    GB/T 19038-2009, 顾客满意测评模型和方法指南. The six constructs and the number of eleven causal relations were
    read in study notes for the national quality examination. The eleven paths are inferred (``"recursive"``) or from
    memory (``"image_loyalty"``); they were not read in the standard.

    Examples
    --------
    >>> model = cs.models.ccsi(
    ...     quality=["q1", "q2"], value=["v1", "v2"], satisfaction=["s1", "s2", "s3"], language="zh"
    ... )
    >>> print(model.to_syntax())
    感知质量 =~ q1 + q2
    感知价值 =~ v1 + v2
    顾客满意度 =~ s1 + s2 + s3
    感知价值 ~ 感知质量
    顾客满意度 ~ 感知质量 + 感知价值
    """
    items = {"Image": image, "Expectation": expectation, "Quality": quality, "Value": value,
             "Satisfaction": satisfaction, "Loyalty": loyalty}  # fmt: skip
    return CCSI[validate("variant", variant, CcsiVariant)].build(items, language, names)


def ncsb(
    *,
    tangibles: Items | None = None,
    reliability: Items | None = None,
    responsiveness: Items | None = None,
    assurance: Items | None = None,
    empathy: Items | None = None,
    price: Items | None = None,
    complaint_handling: Items | None = None,
    satisfaction: Items,
    image: Items | None = None,
    affective_commitment: Items | None = None,
    calculative_commitment: Items | None = None,
    loyalty: Items | None = None,
    variant: NcsbVariant = "basic",
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Model:
    """Return the Norwegian model of Johnson et al. (2001): five qualities, price, image and commitment.

    Parameters
    ----------
    tangibles, reliability, responsiveness, assurance, empathy
        The columns that measure each of the five dimensions of service quality: a list, or one name for a single item.
    price, satisfaction, image, affective_commitment, calculative_commitment, loyalty
        Likewise; ``price`` compares prices with several benchmarks, ``image`` is the company's.
    complaint_handling
        Likewise. Only customers who complained can answer, so with listwise deletion the model is one of complainers.
    variant
        ``"basic"``: 16 paths. ``"image_commitment"``: 18, with paths from image to both kinds of commitment.
    names, language
        As in `scsb`, which also lists the exceptions.

    References
    ----------
    Johnson, M. D., Gustafsson, A., Andreassen, T. W., Lervik, L. & Cha, J. (2001). The evolution and future of
    national customer satisfaction index models. Journal of Economic Psychology, 22, 217-245. Constructs and their
    roles were read in its abstract and discussion. The sixteen paths are inferred from them and the other two are
    from memory; they were not read off the figure.

    Examples
    --------
    >>> model = cs.models.ncsb(
    ...     reliability=["r1", "r2"], price=["p1", "p2"], satisfaction=["s1", "s2", "s3"], loyalty=["l1", "l2"]
    ... )
    >>> model.matrices().Gamma
                 Reliability Price
    Satisfaction         γ11   γ12
    Loyalty                0   γ22
    """
    items = {"Tangibles": tangibles, "Reliability": reliability, "Responsiveness": responsiveness,
             "Assurance": assurance, "Empathy": empathy, "Price": price, "ComplaintHandling": complaint_handling,
             "Satisfaction": satisfaction, "Image": image, "AffectiveCommitment": affective_commitment,
             "CalculativeCommitment": calculative_commitment, "Loyalty": loyalty}  # fmt: skip
    return NCSB[validate("variant", variant, NcsbVariant)].build(items, language, names)
