"""The frames of a whole analysis, by name."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict

from csisem.arrays import pd
from csisem.diagnose.measurement.reliability import reliability
from csisem.diagnose.measurement.validity import validity
from csisem.display.labels import frame_title
from csisem.display.sentences import Sentence, text_in
from csisem.errors import CsisemError, CsisemWarning
from csisem.fit.effects import effects
from csisem.fit.fit import Fit
from csisem.index.construct.csi import csi
from csisem.options import Language
from csisem.reporting.sheets import flat


def fit_frames(fit: Fit, facts: Mapping[str, object], language: Language) -> dict[str, pd.DataFrame]:
    """What every fit has: parameters first, then verdict and settings, fit measures and R-squared."""
    cells = [cell_of(value, language) for value in facts.values()]
    names = [frame_title(name, language) if language != "en" else name for name in facts]
    return {
        "parameters": fit.parameters,
        "status": pd.DataFrame({"name": names, "value": pd.Series(cells, dtype=object)}),
        "fit_measures": fit.fit_measures().rename_axis("measure").reset_index(),
        "r_squared": r_squared(fit),
    }


def status_facts(fit: Fit) -> dict[str, object]:
    """The verdict in parts."""
    status = fit.status
    return {
        "verdict": status.verdict,
        "admissible": bool(status),
        "converged": status.converged,
        "identified": status.identified,
        "reasons": status.reasons,
        "warnings": status.warnings,
    }


def settings_facts(fit: Fit) -> dict[str, object]:
    """How the model was fitted, its syntax and the rows used."""
    return asdict(fit.settings) | {
        "syntax": fit.model.to_syntax(), "n": fit.n, "n_dropped": int(fit.moments.dropped),
    }  # fmt: skip


def r_squared(fit: Fit) -> pd.DataFrame:
    """R-squared as a frame ``(group,) name, r_squared``."""
    shares = fit.r_squared
    groups = {"group": list(shares.index.get_level_values(0))} if shares.index.nlevels > 1 else {}
    names = list(shares.index.get_level_values(-1))
    return pd.DataFrame(groups | {"name": names, "r_squared": shares.to_numpy()})


def further_frames(fit: Fit) -> tuple[dict[str, pd.DataFrame], dict[str, list[str]]]:
    """Effects, correlations of the constructs, reliability, validity and indices; reasons for those there are not."""
    made: dict[str, pd.DataFrame] = {}
    lacking: dict[str, list[str]] = {}
    sources: dict[str, Callable[[], pd.DataFrame]] = {
        "effects": lambda: effects(fit),
        "latent_correlations": lambda: flat(fit.latent_correlations),
        "reliability": lambda: reliability(fit),
        "htmt": lambda: validity(fit).pairs,
        "index": lambda: csi(fit),
    }
    with warnings.catch_warnings():
        # The verdict says of what use the numbers are.
        warnings.simplefilter("ignore", CsisemWarning)
        for name, source in sources.items():
            try:
                made[name] = source()
            except CsisemError as problem:
                lacking[name] = [str(problem)]
    if "index" in made:
        made["index_weights"], made["index_covariance"] = index_weights(made["index"]), index_covariance(made["index"])
    return made, lacking


def index_weights(frame: pd.DataFrame) -> pd.DataFrame:
    """The weights of the items in the indices of a frame of `csi`."""
    rows = [
        {"group": group, "construct": construct, "item": item, "weight": weight}
        for group, constructs in frame.attrs["weights"].items()
        for construct, items in constructs.items()
        for item, weight in items.items()
    ]
    table = pd.DataFrame(rows, columns=["group", "construct", "item", "weight"])
    return table if any(frame.attrs["weights"]) else table.drop(columns="group")


def index_covariance(frame: pd.DataFrame) -> pd.DataFrame:
    """The joint covariance of the indices, labelled by construct and group."""
    by = list(frame.columns[: list(frame.columns).index("n")])
    names = [" ".join(map(str, row)) for row in frame[by].itertuples(index=False)]
    return pd.DataFrame(frame.attrs["covariance"], columns=names).assign(index=names)[["index", *names]]


def cell_of(value: object, language: Language) -> str | float | int | None:
    """A value as one cell: sentences joined, other structures as JSON."""
    if isinstance(value, Sentence):
        return str(text_in(value, language))
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return ("" if language == "zh" else " ").join(str(text_in(part, language)) for part in value)
    return json.dumps(value, ensure_ascii=False, default=str)
