"""Places inside the functions of a Python file where one thing can be changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple

SWAPPED: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
}
_NOT_RUN: Final = {"annotation", "returns", "decorator_list", "strict"}

Change = tuple[str, str, Any]
"""In words; which field of the node; its new value."""


class Mutant(NamedTuple):
    """The change ``part`` of the node ``number`` of a file; it matters where one of ``lines`` is passed."""

    path: Path
    number: int
    part: int
    lines: frozenset[int]
    what: str

    def codes(self) -> Iterator[CodeType]:
        """The code of every function of the file, one of them changed."""
        tree = ast.parse(self.path.read_bytes())
        node = list(_nodes(tree))[self.number].node
        _, field, value = _changes(node)[self.part]
        setattr(node, field, value)
        yield from _inner(compile(ast.fix_missing_locations(tree), str(self.path), "exec"))


class _Place(NamedTuple):
    node: ast.AST
    statement: int = 0
    inside: bool = False


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change of a file."""
    for number, (node, statement, inside) in enumerate(_nodes(ast.parse(path.read_bytes()))):
        for part, (what, _, _) in enumerate(_changes(node) if inside else []):
            lines = range(getattr(node, "lineno", statement), getattr(node, "end_lineno", statement) + 1)
            yield Mutant(path, number, part, frozenset({statement, *lines}), what)


def _nodes(node: ast.AST, statement: int = 0, inside: bool = False) -> Iterator[_Place]:  # noqa: FBT002
    """Every node that runs, with the line where its statement begins."""
    yield _Place(node, statement, inside)
    for field, value in ast.iter_fields(node):
        if {field, getattr(node, "arg", None)} & _NOT_RUN:
            continue
        within = inside or (isinstance(node, ast.FunctionDef) and field == "body")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child, child.lineno if isinstance(child, ast.stmt) else statement, within)


def _changes(node: ast.AST) -> list[Change]:
    match node:
        case ast.Compare(ops=ops):
            return [_swap("ops", op, [*ops[:at], _other(op), *ops[at + 1 :]]) for at, op in enumerate(ops)]
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPPED:
            return [_swap("op", op, _other(op))]
        case ast.UnaryOp(op=ast.Not() | ast.USub() as op, operand=operand):
            return [(f"{type(op).__name__} dropped", "operand", ast.UnaryOp(op, operand))]
        case ast.Constant(value=bool() | int() | float() as value):
            other = not value if isinstance(value, bool) else value + 1
            return [(f"{value} -> {other}", "value", other)]
    return _less(node)


def _less(node: ast.AST) -> list[Change]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) if isinstance(
            test, ast.Name | ast.Call | ast.Attribute
        ):
            return [("condition denied", "test", ast.UnaryOp(ast.Not(), test))]
        case ast.comprehension(ifs=[_]):
            return [("condition dropped", "ifs", [])]
        case ast.Expr(value=ast.Call()):
            return [("call dropped", "value", ast.Constant(value=None))]
    return []


def _other(op: ast.AST) -> ast.AST:
    return SWAPPED[type(op)]()


def _swap(field: str, op: ast.AST, value: object) -> Change:
    return f"{type(op).__name__} -> {SWAPPED[type(op)].__name__}", field, value


def _inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _inner(inner)
