"""Step 3: estimator, sampling design and groups, and the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from csisem.app import html_parts
from csisem.app.journey import Findings
from csisem.app.pages.first_a_file import first_a_file
from csisem.app.panel_library import View
from csisem.app.run_journey import build_model, items_of, run, target_of
from csisem.app.session import Session
from csisem.errors import CsisemError
from csisem.options import Estimator, Missing

_ESTIMATORS = {
    "ML": "app.estimator.ML", "MLR": "app.estimator.MLR", "PLS": "app.estimator.PLS", "PLSc": "app.estimator.PLSc",
    "SAM": "app.estimator.SAM", "WLSMV": "app.estimator.WLSMV",
}  # fmt: skip
_MISSING = {
    "listwise": "app.missing.listwise", "fiml": "app.missing.fiml", "pairwise": "app.missing.pairwise",
    "mean": "app.missing.mean", "em": "app.missing.em",
}  # fmt: skip
_DESIGN = {"weights": "app.weights", "strata": "app.strata", "clusters": "app.clusters"}
_STEPS = {
    "read": "app.step.read", "fit": "app.step.fit", "index": "app.step.index", "by": "app.step.by",
    "means": "app.step.means", "priorities": "app.step.priorities", "targets": "app.step.targets",
    "done": "app.step.done",
}  # fmt: skip


def choice_page(session: Session) -> View:
    """The settings of an analysis, and the button that runs it."""
    survey = session.journey.survey
    if survey is None:
        return first_a_file(session)
    pn, settings = session.pn, session.journey.settings
    items = items_of(session.journey.model)
    free = [one for one in survey.columns if one not in items]
    none = {session.word("app.none"): "", **{one: one for one in free}}
    widgets = {
        "estimator": session.widget("Select",
            label=session.word("app.estimator"), options=_estimators(session), value=settings.estimator, width=430
        ),
        "missing": session.widget("Select",
            label=session.word("app.missing"), value=settings.missing, width=430,
            options={session.word(_MISSING[name]): name for name in get_args(Missing)},
        ),
        **{
            name: session.widget(
                "Select", label=session.word(code), options=none, value=getattr(settings, name), width=205
            )
            for name, code in _DESIGN.items()
        },
        "target": _target(session),
        "by": session.widget(
            "CheckBoxGroup", options=free, value=[one for one in settings.by if one in free], inline=True
        ),
    }  # fmt: skip
    for name, widget in widgets.items():
        widget.param.watch(lambda event, name=name: _set(session, name, event.new), "value")
    head = html_parts.heading(session.word("app.settings")) + html_parts.paragraph(session.word("app.settings.what"))
    by = html_parts.heading(session.word("app.by"), 3) + html_parts.paragraph(session.word("app.by.what"), "soft")
    return pn.Column(
        session.html(head),
        widgets["estimator"],
        widgets["missing"],
        pn.Row(widgets["weights"], widgets["strata"], widgets["clusters"]),
        widgets["target"],
        session.html(by),
        widgets["by"],
        *_run(session),
        sizing_mode="stretch_width",
    )


def _estimators(session: Session) -> dict[str, str]:
    """Those that most people need, with what they are for; then all others by name."""
    named = {session.word(code): name for name, code in _ESTIMATORS.items()}
    return {**named, **{name: name for name in get_args(Estimator) if name not in _ESTIMATORS}}


def _target(session: Session) -> View:
    """The construct of satisfaction, among those of the model."""
    names: list[str] = []
    value = ""
    try:
        model = build_model(session.journey.model)
    except CsisemError:
        pass
    else:
        names = [one.name for one in model.constructs]
        asked = session.journey.settings.target
        value = target_of(model, asked if asked in names else "")
    return session.widget("Select", label=session.word("app.target"), options=names or [""], value=value, width=430)


def _set(session: Session, name: str, value: object) -> None:
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value}
    session.change(settings=replace(session.journey.settings, **given))


def _run(session: Session) -> list[View]:
    """The button, and how far the analysis is."""
    pn = session.pn
    button = session.widget("Button", label=session.word("app.run"), colour="primary", margin=(15, 10, 5, 10))
    bar = pn.indicators.Progress(value=0, max=100, width=430, visible=False, active=False)
    said = session.html("")

    async def start(_: object) -> None:
        reached = [(0, 1, "read")]

        def watch() -> None:
            place, total, name = reached[-1]
            bar.value = round(100 * place / total)
            said.object = html_parts.paragraph(session.word(_STEPS[name]), "soft")

        button.disabled, bar.visible = True, True
        journey = session.journey

        def compute() -> Findings:
            made = run(journey, lambda *step: reached.append(step))
            session.draw(made)
            return made

        found: Findings | None = None
        with session.refusals():
            found = await session.elsewhere(compute, watch)
        button.disabled, bar.visible, said.object = False, False, ""
        if found is not None and session.journey is not journey:
            session.tell(session.word("app.changed"))
        elif found is not None:
            session.change(findings=found)
            session.go("results")

    button.on_click(start)
    return [button, bar, said]
