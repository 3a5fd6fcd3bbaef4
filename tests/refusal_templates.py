"""English templates of all refusals in the source, found by reading its syntax trees.

``python tests/refusal_templates.py`` prints the templates that have no Chinese yet, ready to be filled in, and those
of the catalogue that no refusal has any more.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from package_source import PARTS, SOURCE, Source, assigned, called_name, read_source, returned

CATALOGUE = SOURCE / "display" / "refusals"
# Texts of the system and of libraries, which no line of this package says.
OUTSIDE = "outside.toml"
# Functions whose text is translated by rule (see display/refusals), not by template.
BY_RULE = {"listed", "shown", "closest", "system_reason", "repr", "str", "sentence"}
Place: TypeAlias = "tuple[str, PARTS | None, ast.expr]"
DEEPEST = 14
# What fields hold that is no word: options, functions and endings; columns and methods; grammar of English.
CODE = re.compile(r"--\w+|\.\w+|[\w.]+(?:=|\(\))|[A-Za-z]\w*(?:\.\w+)+")
NOT_WORDS = {
    "Constraint(left, '==', right)", "Construct(name, items)", "Definition(name, expression)", "c({0})",
    "NA", "acquisition", "answered", "c", "complaints", "cost", "df", "discount", "drawn", "iterations",
    "label", "longest", "lower", "margin", "maximum", "minimum", "minres", "n", "new_over_old", "pearson",
    "per_complaint", "pilot's n", "population", "price_tolerance", "reached", "retells", "retention", "sd", "seed",
    "class", "semopy", "sizes", "start", "tells", "upper", "within",
    "a", "an", "has", "have", "it", "them", "{0:exists|exist}", "{0}{1}{2: and|}{3}.",
}  # fmt: skip


@dataclass
class Extraction:
    """Templates by the module they stand in, and what could not be read."""

    source: Source
    templates: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    seen: set[tuple[str, int, int]] = field(default_factory=set)
    texts: int = 0

    def add(self, node: ast.expr, module: str, function: PARTS | None, depth: int = 0, *, phrase: bool) -> None:
        """Add the templates that an expression can be."""
        if depth > DEEPEST:
            return
        place = (module, node.lineno, node.col_offset)
        if isinstance(node, ast.IfExp) and not phrase:
            self.add(node.body, module, function, depth, phrase=False)
            self.add(node.orelse, module, function, depth, phrase=False)
        elif self.is_text(node, module):
            self.texts += 1
            if place in self.seen:
                return
            self.seen.add(place)
            key = Key(self, module, function, depth)
            key.read(node)
            text = "".join(key.pieces)
            if text not in NOT_WORDS and not CODE.fullmatch(text) and any(map(str.isalpha, text)):
                self.templates.setdefault(text, module)
        elif isinstance(node, ast.IfExp):
            self.add(node.body, module, function, depth, phrase=True)
            self.add(node.orelse, module, function, depth, phrase=True)
        elif not self.follow(node, module, function, depth) and not phrase and not _worded_elsewhere(node):
            self.unread.append(f"{module}:{node.lineno} {ast.unparse(node)}")

    def is_text(self, node: ast.expr, module: str) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str)
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.is_text(node.left, module) or self.is_text(node.right, module)
        if isinstance(node, ast.Name):
            return self.constant(node.id, module) is not None
        return isinstance(node, ast.Call) and called_name(node) == "agree"

    def constant(self, name: str, module: str) -> ast.expr | None:
        """The text that a constant of a module is."""
        if not name.isupper():
            return None
        known = self.source.constants.get(name, [])
        own = [value for where, value in known if where == module] or [value for _, value in known][:1]
        return (
            own[0]
            if own and isinstance(own[0], ast.Constant | ast.JoinedStr) and self.is_text(own[0], module)
            else None
        )

    def follow(self, node: ast.expr, module: str, function: PARTS | None, depth: int) -> bool:
        """Add what a variable, a parameter or a function's result can be; whether any of it is text."""
        before = self.texts
        for where, one, value in self.sources(node, module, function):
            self.add(value, where, one, depth + 1, phrase=True)
        return self.texts > before

    def sources(self, node: ast.expr, module: str, function: PARTS | None) -> Iterator[Place]:
        """The expressions whose text an expression takes over."""
        here = []
        if isinstance(node, ast.Name):
            if function is not None:
                here = list(assigned(function, node.id, self.source, module))
                yield from self.passed(function, node.id, module)
            here += [value for where, value in self.source.constants.get(node.id, []) if where == module]
        elif isinstance(node, ast.Call):
            yield from self.called(node, module, function)
        elif isinstance(node, ast.BoolOp):
            here = node.values
        elif isinstance(node, ast.Subscript | ast.Starred):
            here = [node.value]
        elif isinstance(node, ast.Dict):
            here = node.values
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            here = node.elts
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            here = [node.elt]
        elif isinstance(node, ast.Lambda):
            here = [node.body]
        for value in here:
            yield module, function, value

    def called(self, node: ast.Call, module: str, function: PARTS | None) -> Iterator[Place]:
        """What a call returns: texts joined, an entry of a table, the result of a function or of a parameter."""
        name, method = called_name(node), isinstance(node.func, ast.Attribute)
        if method and name in ("join", "get"):
            given = node.args if name == "join" else [node.func.value, *node.args[1:]]
            yield from ((module, function, value) for value in given)
        elif method or name not in BY_RULE:
            # A method may be that of a class below.
            functions = self.source.functions.get(name, []) if ast.unparse(node.func).startswith("self.") else None
            for where, one in functions or self.own(name, module):
                yield from ((where, one, value) for value in returned(one))
            if isinstance(node.func, ast.Name) and function is not None:
                yield from self.passed(function, name, module)

    def own(self, name: str, module: str) -> list[tuple[str, PARTS]]:
        known = self.source.functions.get(name, [])
        if len(known) > 1:
            origin = self.source.imported(module, name)
            known = [one for one in known if one[0] == module] or [one for one in known if one[0] == origin]
        return known

    def passed(self, function: PARTS, name: str, module: str) -> Iterator[Place]:
        """What the calls of a function pass as a parameter, its default among it."""
        if isinstance(function, ast.Lambda):
            return
        positional = [one.arg for one in function.args.posonlyargs + function.args.args]
        keyword = [one.arg for one in function.args.kwonlyargs]
        if name not in positional + keyword:
            return
        for one, default in zip(reversed(positional), reversed(function.args.defaults), strict=False):
            if one == name:
                yield module, function, default
        for one, default in zip(keyword, function.args.kw_defaults, strict=True):
            if one == name and default is not None:
                yield module, function, default
        alike = len(self.source.functions[function.name])
        bound = positional[:1] in (["self"], ["cls"])
        for where, caller, call in self.source.calls.get(function.name, []):
            # A method is known by its name alone.
            method = bound and isinstance(call.func, ast.Attribute)
            if alike > 1 and not method and module not in (where, self.source.imported(where, function.name)):
                continue
            place = positional.index(name) - bound if name in positional else None
            given = {one.arg: one.value for one in call.keywords}
            if name in given:
                yield where, caller, given[name]
            elif place is not None and 0 <= place < len(call.args) and not isinstance(call.args[place], ast.Starred):
                yield where, caller, call.args[place]


def _worded_elsewhere(node: ast.expr) -> bool:
    """Whether it is a sentence with a code, or the text of another error."""
    called = called_name(node) if isinstance(node, ast.Call) else ""
    return called == "sentence" or (called == "str" and isinstance(node.args[0], ast.Name))


@dataclass
class Key:
    """The template of one expression: literal text, ``{0}`` for fields, ``{1:row|rows}`` for alternatives."""

    found: Extraction
    module: str
    function: PARTS | None
    depth: int
    pieces: list[str] = field(default_factory=list)
    count: int = 0

    def read(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            self.pieces.append(str(node.value).replace("{", "{{").replace("}", "}}"))
        elif isinstance(node, ast.JoinedStr):
            for place, value in enumerate(node.values):
                if isinstance(value, ast.FormattedValue):
                    after = node.values[place + 1] if place + 1 < len(node.values) else None
                    option = isinstance(after, ast.Constant) and str(after.value).startswith("=")
                    verbatim = option or value.conversion == ord("r") or value.format_spec is not None
                    self.field(value.value, verbatim=verbatim)
                else:
                    self.read(value)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            self.read(node.left)
            self.read(node.right)
        elif isinstance(node, ast.FormattedValue):
            self.field(node.value, verbatim=False)
        elif isinstance(node, ast.Name) and (text := self.found.constant(node.id, self.module)) is not None:
            self.read(text)
        else:
            self.field(node, verbatim=False)

    def field(self, node: ast.expr, *, verbatim: bool) -> None:
        either = None if verbatim else self.either(node)
        if either is not None and all(map(self.is_text, either)):
            self.choice(either)
        elif (
            not verbatim
            and self.found.is_text(node, self.module)
            and isinstance(node, ast.Name | ast.Constant | ast.JoinedStr)
        ):
            self.read(node)
        else:
            self.pieces.append(f"{{{self.count}}}")
            self.count += 1
            if not verbatim:
                if isinstance(node, ast.IfExp):
                    self.found.add(node, self.module, self.function, self.depth + 1, phrase=True)
                self.found.follow(node, self.module, self.function, self.depth)

    def is_text(self, node: ast.expr) -> bool:
        return self.found.is_text(node, self.module)

    def either(self, node: ast.expr) -> list[ast.expr] | None:
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.Call) and called_name(node) == "agree" and len(node.args) == 3:
            return node.args[1:]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            text = [one for one in (node.left, node.right) if self.found.is_text(one, self.module)]
            return [ast.Constant("", lineno=node.lineno, col_offset=node.col_offset), *text] if text else None
        return None

    def choice(self, alternatives: list[ast.expr]) -> None:
        start = len(self.pieces)
        number, self.count = self.count, self.count + 1
        self.pieces.append("")
        texts = []
        for one in alternatives:
            at = len(self.pieces)
            self.read(one) if not isinstance(one, ast.IfExp | ast.Call) else self.field(one, verbatim=False)
            texts.append("".join(self.pieces[at:]))
            del self.pieces[at:]
        self.pieces[start] = f"{{{number}:{'|'.join(texts)}}}"


def extract() -> Extraction:
    """All templates, and what is raised but cannot be read."""
    found = Extraction(read_source())
    for name in (*sorted(found.source.errors), "type()"):
        for module, function, call in found.source.calls.get(name, []):
            if call.args:
                found.add(call.args[0], module, function, phrase=False)
    for module, function, call in found.source.calls.get("error", []):
        if module.startswith("specification/syntax/") and len(call.args) == 2:
            found.add(call.args[1], module, function, phrase=False)
    return found


def catalogue() -> dict[str, tuple[str, str]]:
    """The Chinese of each template, and the file it stands in."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(CATALOGUE.glob("*.toml")):
        for english, chinese in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if english in found:
                raise ValueError(f"{english!r} stands in {path.name} and in {found[english][1]}")
            found[english] = (chinese, path.name)
    return found


def unsaid(found: Extraction, known: dict[str, tuple[str, str]]) -> list[str]:
    """Templates of the catalogue that nothing raises, nor says in pieces: each piece stands somewhere in the source."""
    texts = {
        node.value
        for tree in found.source.modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    every = "\n".join(texts)
    return [
        english
        for english, (_, file) in known.items()
        if file != OUTSIDE and english not in found.templates and not all(piece in every for piece in _pieces(english))
    ]


def _pieces(english: str) -> list[str]:
    """The words of a template that is said in pieces, without fields and conjunctions."""
    return [piece.strip(" .,=") for piece in re.split(r"\{\d+\}|, | and (?=names)", english) if piece.strip(" .,=")]


def main() -> None:
    """Print what the catalogue lacks, to be pasted into the file of the room, and what it need not have."""
    found, known = extract(), catalogue()
    for english, module in sorted(found.templates.items(), key=lambda one: one[1]):
        if english not in known:
            room = module.partition("/")[0].removesuffix(".py")
            print(f"# {room}.toml: {module}", f'{json.dumps(english, ensure_ascii=False)} = ""', sep="\n")
    for english in unsaid(found, known):
        print(f"# in {known[english][1]}, but said no more: {english}")


if __name__ == "__main__":
    main()
