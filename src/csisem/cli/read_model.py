"""The model of a request, from a file or published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csisem import models
from csisem.cli.fit_options import PRESETS
from csisem.errors import ModelError, OptionError, nearest, system_reason
from csisem.models.construct_names import other_language
from csisem.models.model import Model
from csisem.models.published import ACSI, CCSI, ECSI, NCSB, SCSB, PublishedModel
from csisem.options import Language


def read_model(
    name: str,
    constructs: Sequence[str] = (),
    columns: Sequence[str] = (),
    variant: str | None = None,
    language: Language = "en",
) -> Model:
    """The model in a file of lavaan syntax, or a published one with the items given or found among the columns."""
    if name.casefold() in PRESETS and not Path(name).is_file():
        return published(name.casefold(), items_of(constructs), columns, variant, language)
    if constructs or variant is not None:
        option = "--construct" if constructs else "--variant"
        raise OptionError(
            f"{option} is for the published models {', '.join(PRESETS)}; a file such as {name!r} says what it has."
        )
    return Model.from_syntax(_text(name))


def items_of(constructs: Sequence[str]) -> dict[str, list[str]]:
    """Items by construct, from ``NAME=ITEM,ITEM``."""
    found: dict[str, list[str]] = {}
    for text in constructs:
        name, items = name_and_items(text)
        if not name or not items:
            raise OptionError(f"--construct takes NAME=ITEM,ITEM, such as satisfaction=s1,s2,s3, not {text!r}.")
        found[name] = items
    return found


def name_and_items(text: str) -> tuple[str, list[str]]:
    """A name and its items, between commas of either language."""
    name, _, items = text.partition("=")
    return name.strip(), [item.strip() for item in re.split("[,，、]", items) if item.strip()]


def published(
    preset: str, given: Mapping[str, Sequence[str]], columns: Sequence[str], variant: str | None, language: Language
) -> Model:
    """A published model; without items, those of the columns ``satisfaction1``, ``satisfaction2`` and so on."""
    keys = construct_keys(preset, variant)
    chosen: dict[str, Any] = {}
    for name, items in given.items():
        chosen[_key(name, keys, preset)] = list(items)
    if not given:
        chosen = {key: own for key in keys if (own := _numbered(key, columns))}
        if "satisfaction" not in chosen:
            raise ModelError(
                f"--model {preset} needs its items: give --construct satisfaction=s1,s2,s3 and so on, or name the "
                "columns satisfaction1, satisfaction2 and so on."
            )
    if variant is not None:
        chosen["variant"] = variant
    build = getattr(models, preset)
    if variant is not None and "variant" not in build.__kwdefaults__:
        raise OptionError(f"--variant is for ecsi, ccsi and ncsb; {preset} has none.")
    made: Model = build(**chosen, language=language)
    return made


def construct_keys(preset: str, variant: str | None = None) -> tuple[str, ...]:
    """The constructs of a published model, or of its variant, as its function takes them: ``product_quality``."""
    known: Mapping[str, Mapping[Any, PublishedModel]] = {"ecsi": ECSI, "ccsi": CCSI, "ncsb": NCSB}
    if preset in known:
        variants = known[preset]
        asked = getattr(models, preset).__kwdefaults__["variant"] if variant is None else variant.casefold()
        # An unknown variant is refused where the model is built.
        found = variants.get(asked, next(iter(variants.values())))
    else:
        found = {"acsi": ACSI, "scsb": SCSB}[preset]
    return tuple(re.sub("(?<=[a-z])(?=[A-Z])", "_", name).casefold() for name in found.constructs)


def _key(name: str, keys: Sequence[str], preset: str) -> str:
    """The function's own name of a construct, which may be given in English or Chinese."""
    plain = name.casefold().replace("-", "_")
    if plain in keys:
        return plain
    english = {"".join(part.capitalize() for part in key.split("_")): key for key in keys}
    meant = name if name in english else other_language(name, english)
    if meant is None or meant not in english:
        raise OptionError(f"--construct names {name!r}, which {preset} does not have; it has {', '.join(keys)}"
                          f"{nearest(name, keys)}.")  # fmt: skip
    return english[meant]


def _numbered(key: str, columns: Sequence[str]) -> list[str]:
    return [column for column in columns if re.fullmatch(rf"{key}_?\d*", column, re.IGNORECASE)]


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ModelError(f"There is no model file {path!r}{_nearest_file(path)}.") from None
    except UnicodeDecodeError:
        raise ModelError(f"The model file {path!r} is not UTF-8 text.") from None
    except (OSError, ValueError) as problem:
        raise ModelError(f"The model file {path!r} cannot be read: {system_reason(problem)}.") from None


def _nearest_file(path: str) -> str:
    folder = Path(path).parent
    if not folder.is_dir():
        return f", since there is no folder {str(folder)!r}"
    near = nearest(Path(path).name, (other.name for other in folder.iterdir() if other.is_file()))
    return ("" if Path(path).suffix else nearest(path, PRESETS)) or near
