"""The package's syntax trees: where functions are called, and what variables are assigned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "csisem"
PARTS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass
class Source:
    """The package's syntax trees, and where its functions are called."""

    modules: dict[str, ast.Module] = field(default_factory=dict)
    functions: dict[str, list[tuple[str, PARTS]]] = field(default_factory=dict)
    calls: dict[str, list[tuple[str, PARTS | None, ast.Call]]] = field(default_factory=dict)
    constants: dict[str, list[tuple[str, ast.expr]]] = field(default_factory=dict)
    errors: set[str] = field(default_factory=set)
    imports: dict[str, dict[str, str]] = field(default_factory=dict)

    def imported(self, module: str, name: str) -> str:
        """The module that a module imports a name from."""
        if module not in self.imports:
            self.imports[module] = {
                one.asname or one.name: f"{(node.module or '').removeprefix('csisem.').replace('.', '/')}.py"
                for node in ast.walk(self.modules[module])
                if isinstance(node, ast.ImportFrom)
                for one in node.names
            }
        return self.imports[module].get(name, "")


def read_source() -> Source:
    found = Source()
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        found.modules[name] = tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and getattr(node, "value", None) is not None:
                found.constants.setdefault(target.id, []).append((name, node.value))
        _visit(tree, name, None, found)
    classes = [n for n in found.modules["errors.py"].body if isinstance(n, ast.ClassDef)]
    found.errors = {"CsisemError"}
    for one in classes:
        if any(isinstance(base, ast.Name) and base.id in found.errors for base in one.bases):
            found.errors.add(one.name)
    return found


def _visit(node: ast.AST, module: str, function: PARTS | None, found: Source) -> None:
    if isinstance(node, PARTS) and not isinstance(node, ast.Lambda):
        found.functions.setdefault(node.name, []).append((module, node))
        function = node
    if isinstance(node, ast.Call) and (called := called_name(node)):
        found.calls.setdefault(called, []).append((module, function, node))
    for child in ast.iter_child_nodes(node):
        _visit(child, module, function, found)


def called_name(node: ast.Call) -> str:
    """The name of what is called; ``type()`` where that is the class of another error."""
    if isinstance(node.func, ast.Call):
        return "type()" if ast.unparse(node.func) in ("type(problem)", "type(error)") else ""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def assigned(function: PARTS, name: str, source: Source, module: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from bound(target, node.value, name)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield from bound(node.target, node.value, name)
        elif isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") == name:
            yield node.value
        elif isinstance(node, ast.For | ast.comprehension):
            for one in elements(node.iter, function, source, module):
                yield from bound(node.target, one, name)
        elif isinstance(node, ast.Call) and called_name(node) == "append" and appended_to(node) == name:
            yield from node.args


def elements(node: ast.expr, function: PARTS, source: Source, module: str) -> list[ast.expr]:
    """The elements that a loop runs over, where they are written out."""
    pairs = isinstance(node, ast.Call) and called_name(node) == "items"
    table = node.func.value if pairs and isinstance(node.func, ast.Attribute) else node
    if isinstance(table, ast.Name):
        written = list(assigned_directly(function, table.id))
        written += [value for where, value in source.constants.get(table.id, []) if where == module]
        table = written[0] if written else table
    if isinstance(table, ast.Tuple | ast.List):
        return table.elts
    if isinstance(table, ast.Dict):
        keys = [(key, value) for key, value in zip(table.keys, table.values, strict=True) if key is not None]
        return [ast.Tuple([key, value]) if pairs else key for key, value in keys]
    return []


def assigned_directly(function: PARTS, name: str) -> Iterator[ast.expr]:
    """What is assigned to a variable by itself."""
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value is not None and [getattr(one, "id", "") for one in targets] == [name]:
            yield value


def appended_to(node: ast.Call) -> str:
    """The variable that ``append`` is called on."""
    return str(getattr(getattr(node.func, "value", None), "id", ""))


def bound(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                yield from bound(one, part, name)
        elif isinstance(value, ast.IfExp):
            yield from bound(target, value.body, name)
            yield from bound(target, value.orelse, name)


def returned(function: PARTS) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value
