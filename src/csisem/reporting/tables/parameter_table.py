"""Tables of parameters: relations as arrows, rows by kind."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.arrays import pd
from csisem.display.labels import said
from csisem.reporting.tables.text_columns import Format, TextColumn, text_columns

_KINDS = {
    "~": "fit_summary.paths",
    "=~": "fit_summary.loadings",
    "<~": "fit_summary.weights",
    ":=": "fit_summary.defined",
    "~~": "fit_summary.covariances",
    "variance": "fit_summary.variances",
    "~1": "fit_summary.intercepts",
    "|": "fit_summary.thresholds",
    "~*~": "fit_summary.scales",
    "index": "page_titles.index",
}


def is_parameters(frame: pd.DataFrame) -> bool:
    """Whether a frame has a row a parameter, as that of `Fit.parameters` has."""
    return {"lhs", "op", "rhs"} <= set(frame.columns)


def parameter_columns(frame: pd.DataFrame, form: Format) -> tuple[list[TextColumn], list[str], list[str]]:
    """Columns of text, the heading over each row, and notes; fixed parameters have no error and no test."""
    kinds = [_kind(lhs, op, rhs) for lhs, op, rhs in zip(frame["lhs"], frame["op"], frame["rhs"], strict=True)]
    order = sorted(range(len(frame)), key=lambda k: list(_KINDS).index(kinds[k]) if kinds[k] in _KINDS else len(_KINDS))
    rows, kinds = frame.iloc[order].reset_index(drop=True), [kinds[k] for k in order]
    relations = list(_relations(rows, kinds))
    rest = rows.drop(columns=["lhs", "op", "rhs"])
    if "group" in rest and (rest["group"] == 1).all():
        rest = rest.drop(columns="group")
    rest = _without_errors_of_fixed(rest)
    columns, notes = text_columns(rest, form)
    heads = [said(_KINDS[kind], form.language) if kind in _KINDS else "" for kind in kinds]
    if len(set(heads)) < 2:
        heads = [""] * len(heads)
    first = TextColumn(form.said("Relation", "关系"), tuple(relations), left=True)
    return [first, *columns], heads, notes


def _kind(lhs: str, op: str, rhs: str) -> str:
    return "variance" if op == "~~" and lhs == rhs else op


def _relations(rows: pd.DataFrame, kinds: list[str]) -> Iterator[str]:
    """Relations as a reader takes them in: from cause to effect."""
    for lhs, op, rhs, kind in zip(rows["lhs"], rows["op"], rows["rhs"], kinds, strict=True):
        if kind in ("variance", "~1", "~*~", "index"):
            yield str(lhs)
        elif op == "~":
            yield f"{rhs} → {lhs}"
        elif op == "=~":
            yield f"{lhs} → {rhs}"
        elif op == "<~":
            yield f"{rhs} → {lhs}"
        elif op == "~~":
            yield f"{lhs} ↔ {rhs}"
        elif op == ":=":
            yield f"{lhs} = {rhs}"
        else:
            yield f"{lhs} {op} {rhs}"


def _without_errors_of_fixed(frame: pd.DataFrame) -> pd.DataFrame:
    """A fixed parameter has the error 0 and an interval of one point, which say nothing."""
    if "se" not in frame:
        return frame
    shown, fixed = frame.copy(deep=False), (frame["se"] == 0).to_numpy()
    for name in ("se", "se_robust", "z", "pvalue", "ci_lower", "ci_upper"):
        if name in shown:
            shown[name] = shown[name].where(~fixed)
    if "std_se" in shown:
        still = (shown["std_se"] == 0).to_numpy()
        for name in ("std_se", "std_se_robust", "std_z", "std_pvalue", "std_ci_lower", "std_ci_upper"):
            if name in shown:
                shown[name] = shown[name].where(~still)
    return shown
