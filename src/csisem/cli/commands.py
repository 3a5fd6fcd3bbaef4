"""Commands whose options are the fields of a request, listed in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand

from csisem.cli.error_messages import plain_sentences
from csisem.cli.fit_options import PANELS
from csisem.cli.spoken_language import spoken
from csisem.options import Language, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

RequestType = TypeVar("RequestType")


class GroupedCommand(TyperCommand):
    """A command whose help lists the options under their headings, as plain text."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then each group of options."""
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", *PANELS)}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                is_argument = param.param_type_name == "argument"
                panel = "Arguments" if is_argument else getattr(param, "rich_help_panel", None) or "Options"
                groups.setdefault(panel, []).append(record)
        for name, records in groups.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


def add_command(
    app: typer.Typer, request_type: type[RequestType], name: str, *, epilog: str | None = None
) -> Callable[[Callable[[RequestType], None]], Callable[[RequestType], None]]:
    """Make a function of a request a command whose options are the fields of the request's class.

    Refusals and warnings are printed, a line each.
    """

    def register(function: Callable[[RequestType], None]) -> Callable[[RequestType], None]:
        def command(**given: Any) -> None:
            with plain_sentences():
                function(request_type(**given))

        parameters = list(_parameters(request_type))
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        command.__name__, command.__doc__ = function.__name__, function.__doc__
        app.command(name, cls=GroupedCommand, epilog=epilog, no_args_is_help=False)(command)
        return function

    return register


def language_of(given: str | None) -> Language:
    """The language that an option names, or that of the environment."""
    return spoken() if given is None else validate("language", given, Language)


def _parameters(request_type: Any) -> Iterator[Parameter]:
    hints = get_type_hints(request_type, include_extras=True)
    for field in fields(request_type):
        default: Any = Parameter.empty
        if field.default is not MISSING:
            default = field.default
        elif field.default_factory is not MISSING:
            default = field.default_factory()
        yield Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=hints[field.name])
