"""Published satisfaction models: constructs, paths and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, TypeAlias

from csisem.errors import ModelError, listed
from csisem.models.construct_names import CHINESE, CHINESE_OF_CCSI, CHINESE_OF_NCSB, displayed_names
from csisem.models.model import Model
from csisem.option_checks import listing_of
from csisem.options import Language
from csisem.specification.construct import Construct

Items: TypeAlias = Sequence[str] | str
"""Column names in order, or one name for a single item."""

EcsiVariant = Literal["mobile", "basic", "ordered"]
CcsiVariant = Literal["recursive", "image_loyalty"]
NcsbVariant = Literal["basic", "image_commitment"]


@dataclass(frozen=True, slots=True)
class PublishedModel:
    """A published model, without columns.

    Attributes
    ----------
    title, source
        Name with variant; citation, and which parts of it were read.
    constructs
        In causal order, so that B is lower triangular and numbered as in the literature.
    causes
        For each outcome the constructs that point to it.
    chinese
        Chinese names.
    """

    title: str
    source: str
    constructs: tuple[str, ...]
    causes: Mapping[str, tuple[str, ...]]
    chinese: Mapping[str, str]

    def build(
        self, items: Mapping[str, Items | None], language: Language, names: Mapping[str, str] | None = None
    ) -> Model:
        """Return the model for the given columns; a construct without items is left out with its paths."""
        given = {construct: _columns(construct, columns) for construct, columns in items.items() if columns is not None}
        foreign = [construct for construct in given if construct not in self.constructs]
        if foreign:
            raise ModelError(f"{self.title} has no construct {listed(foreign)}; it has {', '.join(self.constructs)}.")
        if "Satisfaction" not in given:
            raise ModelError(f"{self.title} needs items for Satisfaction; it cannot be left out.")
        kept = [construct for construct in self.constructs if construct in given]
        absent = [construct for construct in self.constructs if construct not in given]
        paths = [(cause, outcome) for outcome in kept for cause in self.causes.get(outcome, ()) if cause in given]
        title = f"{self.title} without {', '.join(absent)}" if absent else self.title
        loose = [construct for construct in kept if not any(construct in path for path in paths)]
        if loose:
            raise ModelError(f"{title} leaves {listed(loose)} without any path; give items for a construct next to it.")
        called = displayed_names(self.constructs, self.title, self.chinese, language, names)
        _refuse_construct_names(given, {called[construct]: construct for construct in kept})
        constructs = [Construct(called[construct], given[construct]) for construct in kept]
        named = [(called[cause], called[outcome]) for cause, outcome in paths]
        left_out = "、".join(called[construct] for construct in absent) if language == "zh" else ""
        return Model(
            constructs, named, title=f"{self.title}（不含{left_out}）" if left_out else title, source=self.source
        )


def _columns(construct: str, items: Items) -> tuple[str, ...]:
    if isinstance(items, str):
        return (items,)
    # The first item sets the construct's unit, so a set, which has no order, would give a different model each run.
    listing = listing_of(items)
    if isinstance(items, Set | Mapping) or listing is None:
        raise ModelError(f"{construct} takes one column name or a list of them, not a value of type "
                         f"{type(items).__name__}.")  # fmt: skip
    return tuple(listing)  # type: ignore[arg-type]


def _refuse_construct_names(given: Mapping[str, tuple[str, ...]], taken: Mapping[str, str]) -> None:
    """Refuse items with the name of a construct, which would silently make a higher-order construct."""
    for construct, items in given.items():
        for item in items:
            if isinstance(item, str) and item in taken:
                raise ModelError(f"{construct} has the item {item!r}, which is also the name of a construct; rename "
                                 f"the construct, names={{{taken[item]!r}: ...}}.")  # fmt: skip


def _published(
    title: str, source: str, constructs: str, causes: Mapping[str, str], chinese: Mapping[str, str] = CHINESE
) -> PublishedModel:
    split = {outcome: tuple(named.split()) for outcome, named in causes.items()}
    return PublishedModel(title, source, tuple(constructs.split()), split, chinese)


SCSB = _published(
    "SCSB",
    "Fornell, C. (1992). A national customer satisfaction barometer: the Swedish experience. Journal of Marketing, "
    "56(1), 6-21. The three paths among expectation, value and satisfaction were read in a secondary source; the "
    "three to complaints and loyalty, and the items, are from memory.",
    "Expectation Value Satisfaction Complaints Loyalty",
    {
        "Value": "Expectation",
        "Satisfaction": "Expectation Value",
        "Complaints": "Satisfaction",
        "Loyalty": "Satisfaction Complaints",
    },
)

ACSI = _published(
    "ACSI",
    "Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J. & Bryant, B. E. (1996). The American Customer Satisfaction "
    "Index: nature, purpose, and findings. Journal of Marketing, 60(4), 7-18. The constructs and their numbers of "
    "items were read in secondary sources; the nine paths and their numbering are those of the standard figure, from "
    "memory.",
    "Expectation Quality Value Satisfaction Complaints Loyalty",
    {
        "Quality": "Expectation",
        "Value": "Expectation Quality",
        "Satisfaction": "Expectation Quality Value",
        "Complaints": "Satisfaction",
        "Loyalty": "Satisfaction Complaints",
    },
)

_ECSI = (
    "ECSI Technical Committee (1998), European Customer Satisfaction Index, as described by Eklöf (2000) and "
    "Kristensen, Martensen & Grønholdt (2000). "
)
_ECSI_BASIC = {
    "Value": "Expectation ProductQuality ServiceQuality",
    "Satisfaction": "Image Expectation ProductQuality ServiceQuality Value",
    "Loyalty": "Image Satisfaction",
}
_ECSI_CONSTRUCTS = "Image Expectation ProductQuality ServiceQuality Value Satisfaction Loyalty"

ECSI: Mapping[EcsiVariant, PublishedModel] = {
    "mobile": _published(
        "ECSI (mobile)",
        "Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling. Computational "
        "Statistics & Data Analysis, 48(1), 159-205. The twelve paths and the items were read in the model files of "
        "the R packages semPLS and seminr.",
        "Image Expectation Quality Value Satisfaction Complaints Loyalty",
        {
            "Expectation": "Image",
            "Quality": "Expectation",
            "Value": "Expectation Quality",
            "Satisfaction": "Image Expectation Quality Value",
            "Complaints": "Satisfaction",
            "Loyalty": "Image Satisfaction Complaints",
        },
    ),
    "basic": _published(
        "ECSI (basic)",
        _ECSI + "The seven constructs and the number of ten relations were read in secondary sources; which ten is "
        "inferred from that number, with four exogenous constructs.",
        _ECSI_CONSTRUCTS,
        _ECSI_BASIC,
    ),
    "ordered": _published(
        "ECSI (ordered)",
        _ECSI + "The seven constructs were read in secondary sources; the thirteen paths, the basic ten and three "
        "more that leave image as the only exogenous construct, are from memory.",
        _ECSI_CONSTRUCTS,
        {"Expectation": "Image", "ProductQuality": "Expectation", "ServiceQuality": "Expectation", **_ECSI_BASIC},
    ),
}

_CCSI = (
    "China Customer Satisfaction Index (中国顾客满意指数); GB/T 19038-2009, Guidelines for model and methods of "
    "customer satisfaction measurement. The six constructs and the number of eleven causal relations were read in "
    "study notes for the national quality examination. "
)
_CCSI_CONSTRUCTS = "Image Expectation Quality Value Satisfaction Loyalty"
_CCSI_RECURSIVE = {
    "Expectation": "Image",
    "Quality": "Image Expectation",
    "Value": "Image Expectation Quality",
    "Satisfaction": "Image Expectation Quality Value",
    "Loyalty": "Satisfaction",
}

CCSI: Mapping[CcsiVariant, PublishedModel] = {
    "recursive": _published(
        "CCSI (recursive)",
        _CCSI + "Which eleven is inferred, not read in the standard: each of the first five constructs points to all "
        "after it, and satisfaction to loyalty.",
        _CCSI_CONSTRUCTS,
        _CCSI_RECURSIVE,
        CHINESE_OF_CCSI,
    ),
    "image_loyalty": _published(
        "CCSI (image_loyalty)",
        _CCSI + "This choice of eleven, with a path from image to loyalty and none from expectation to satisfaction, "
        "is from memory of some papers.",
        _CCSI_CONSTRUCTS,
        {**_CCSI_RECURSIVE, "Satisfaction": "Image Quality Value", "Loyalty": "Image Satisfaction"},
        CHINESE_OF_CCSI,
    ),
}

_NCSB = (
    "Johnson, M. D., Gustafsson, A., Andreassen, T. W., Lervik, L. & Cha, J. (2001). The evolution and future of "
    "national customer satisfaction index models. Journal of Economic Psychology, 22, 217-245. The constructs and "
    "their roles were read in its abstract and discussion; "
)
_NCSB_CONSTRUCTS = (
    "Tangibles Reliability Responsiveness Assurance Empathy Price ComplaintHandling "
    "Satisfaction Image AffectiveCommitment CalculativeCommitment Loyalty"
)
_NCSB_BASIC = {
    "Satisfaction": "Tangibles Reliability Responsiveness Assurance Empathy Price ComplaintHandling",
    "Image": "Satisfaction",
    "AffectiveCommitment": "Satisfaction",
    "CalculativeCommitment": "Satisfaction",
    "Loyalty": "Price ComplaintHandling Satisfaction Image AffectiveCommitment CalculativeCommitment",
}

NCSB: Mapping[NcsbVariant, PublishedModel] = {
    "basic": _published(
        "NCSB (basic)",
        _NCSB + "the sixteen paths are inferred from them, not read off the figure.",
        _NCSB_CONSTRUCTS,
        _NCSB_BASIC,
        CHINESE_OF_NCSB,
    ),
    "image_commitment": _published(
        "NCSB (image_commitment)",
        _NCSB + "sixteen of the paths are inferred from them, and the two from image to commitment are from memory of "
        "some drawings.",
        _NCSB_CONSTRUCTS,
        {
            **_NCSB_BASIC,
            "AffectiveCommitment": "Satisfaction Image",
            "CalculativeCommitment": "Satisfaction Image",
        },
        CHINESE_OF_NCSB,
    ),
}
