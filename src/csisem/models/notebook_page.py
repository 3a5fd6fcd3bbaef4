"""A model in Jupyter: its diagram and its equations."""

from __future__ import annotations

from html import escape

from csisem.display.sentences import sentence
from csisem.options import Language
from csisem.specification.notation import symbols
from csisem.specification.specification import Specification

_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def model_page(model: Specification, picture: str, language: Language = "en") -> str:
    """Title, source, diagram and equations as HTML; all text of the model is escaped."""

    def said(code: str) -> str:
        return escape(sentence(code).text(language))

    title = model.title or sentence("fit_summary.untitled", constructs=len(model.constructs),
                                    observed=len(model.items)).text(language)  # fmt: skip
    parts = [f"<h3>{escape(title)}</h3>", f"<div>{picture}</div>"]
    equations = structural_equations(model)
    if equations:
        parts.append(f"<h4>{said('model_page.structural')}</h4>{_lines(equations)}")
    measured = [f"{one.name} {'<~' if one.composite else '=~'} {' + '.join(one.items)}" for one in model.constructs]
    if measured:
        parts.append(f"<details><summary>{said('model_page.measurement')}</summary>{_lines(measured)}</details>")
    if model.source:
        parts.append(f"<p><small>{escape(model.source)}</small></p>")
    return "\n".join(parts)


def structural_equations(model: Specification) -> list[str]:
    """Each outcome as the sum of its causes with Fornell's symbols and a disturbance, as ``Value = β₂₁ Quality + ζ₂``.

    A model without a table, as with interactions, which the notation lacks, has its paths in lavaan's syntax.
    """
    table = model.table_if_complete()
    if table is None:
        outcomes = dict.fromkeys(relation.lhs for relation in model.relations if relation.op == "~")
        causes = {name: [r.rhs for r in model.relations if r.op == "~" and r.lhs == name] for name in outcomes}
        return [f"{name} ~ {' + '.join(named)}" for name, named in causes.items()]
    matrices = symbols(table)
    lines = []
    for number, outcome in enumerate(matrices.B.index, start=1):
        cells = [
            (source, cell) for frame in (matrices.B, matrices.Gamma) for source, cell in frame.loc[outcome].items()
        ]
        terms = [f"{str(cell).translate(_SMALL)} {source}" for source, cell in cells if cell != "0"]
        lines.append(f"{outcome} = {' + '.join([*terms, f'ζ{number}'.translate(_SMALL)])}")
    return lines


def _lines(texts: list[str]) -> str:
    return f"<p>{'<br>'.join(escape(text) for text in texts)}</p>"
