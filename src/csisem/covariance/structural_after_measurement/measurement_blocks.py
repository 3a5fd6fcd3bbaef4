"""Measurement blocks and the structural part of a parameter table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, IntArray
from csisem.errors import ModelError, OptionError, listed, nearest
from csisem.specification.parameters import Parameter, ParameterTable, with_freed

_MEASUREMENT = ("lambda", "theta", "nu")


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementBlock:
    """Constructs that are measured together, with free variances and covariances.

    Attributes
    ----------
    constructs
        Their names.
    joined
        Those that are not identified alone, which is why they are measured together with others.
    table
        The block's parameters: first those of the whole table, then the constructs' moments.
    items, latents
        Places among the observed and the structural variables of the whole table.
    parameters
        Which of the whole table's free parameters the block's first ones are, (k,).
    residual
        Which of all of the block's parameters are residual variances alone, (k + more,).
    """

    constructs: tuple[str, ...]
    joined: tuple[str, ...]
    table: ParameterTable
    items: IntArray
    latents: IntArray
    parameters: IntArray
    residual: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a model is estimated by structural after measurement.

    Attributes
    ----------
    blocks
        Measurement blocks.
    structural
        Paths and (co)variances of the structural variables; those that have items, and observed ones, are its observed
        variables.
    measured
        Places of these among the structural variables of the whole table.
    parameters
        Which of the whole table's free parameters the first ones of the structural part are.
    means
        Rows of the whole table that are free latent means.
    second
        Free parameters of the second step: the structural ones and the means.
    """

    blocks: tuple[MeasurementBlock, ...]
    structural: ParameterTable
    measured: IntArray
    parameters: IntArray
    means: tuple[int, ...]
    second: IntArray


@lru_cache(maxsize=64)
def plan_of(table: ParameterTable, asked: tuple[tuple[str, ...], ...]) -> Plan:
    """Divide a table into measurement blocks, ``asked`` ones and others, and a structural part."""
    _check(table)
    blocks = _blocks(table, asked)
    measured = sorted({j for block in blocks for j in block.latents.tolist()} | set(table.promoted.values()))
    rows = [r for r, row in enumerate(table.rows) if row.matrix in ("beta", "psi")]
    structural, parameters = _structural(table, rows, measured)
    first = {k for block in blocks for k in block.parameters.tolist()}
    means = tuple(r for r, row in enumerate(table.rows) if row.matrix == "alpha" and row.fixed is None)
    later = set(parameters.tolist()) | _columns(table, means)
    if both := sorted(first & later):
        raise ModelError(f"{table.names()[both[0]]!r} is equal to a parameter of the other step, and SAM estimates one "
                         "after the other; leave out that equality, or fit by 'ML'.")  # fmt: skip
    if len(_columns(table, means)) < len(means) or set(parameters.tolist()) & _columns(table, means):
        raise ModelError("Latent means are held equal, which SAM does not estimate; fit by 'ML'.")
    return Plan(blocks, structural, np.array(measured, dtype=np.intp), parameters, means,
                np.array(sorted(later), dtype=np.intp))  # fmt: skip


def _columns(table: ParameterTable, rows: Sequence[int]) -> set[int]:
    """Free parameters that rows depend on."""
    return set(table.map[list(rows)].indices.tolist()) if len(rows) else set()


def _check(table: ParameterTable) -> None:
    """Refuse what has no measurement part, and means that one step would have to give the other."""
    if not any(row.matrix == "lambda" for row in table.rows):
        raise ModelError("SAM measures constructs first, and the model has none; fit by 'ML'.")
    if table.restrictions is not None:
        raise ModelError(f"SAM takes linear equations between parameters alone, not '{table.restrictions.texts[0]}'; "
                         "fit by 'ML'.")  # fmt: skip
    if table.meanstructure and table.promoted:
        names = listed([table.observed[i] for i in table.promoted])
        raise ModelError(f"SAM does not model means beside observed variables in paths ({names}); leave out groups= "
                         "and intercepts, or fit by 'ML'.")  # fmt: skip
    for group in range(table.n_groups):
        kinds = {row.fixed is None for row in table.rows if row.matrix == "alpha" and row.group == group}
        if len(kinds) > 1:
            raise ModelError("SAM takes the means of all constructs as free, or of none; fit by 'ML'.")


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _blocks(table: ParameterTable, asked: tuple[tuple[str, ...], ...]) -> tuple[MeasurementBlock, ...]:
    """One block a construct; constructs that share items, residual covariances or equalities are measured together.

    So is a construct that is not identified alone: with the nearest construct that it has a path to, else from.
    """
    owner = _together(table, asked)
    alone: list[str] = []
    while True:
        blocks = [_block(table, members, ()) for members in _members(owner)]
        short = next((one for one in blocks if _too_few(one)), None)
        if short is None:
            break
        near = _nearest(table, owner, short)
        if near is None:
            name = short.constructs[0]
            raise ModelError(f"{name!r} has too few items to be measured alone, as SAM does, and no other construct is "
                             "near to be measured with it; give it a third item, or equal loadings.")  # fmt: skip
        alone += short.constructs
        _unite(owner, int(short.latents[0]), near)
    return tuple(replace(one, joined=tuple(name for name in one.constructs if name in alone)) for one in blocks)


def _together(table: ParameterTable, asked: tuple[tuple[str, ...], ...]) -> dict[int, int]:
    """The block of every construct with items, by place; what shares something is in one block."""
    items: dict[int, list[int]] = {}
    columns: dict[int, list[int]] = {}
    loading: dict[int, list[int]] = {}
    for r, row in enumerate(table.rows):
        if row.matrix == "lambda" and (row.fixed is None or row.fixed != 0):
            items.setdefault(row.row, []).append(row.col)
            loading.setdefault(row.col, []).append(r)
    owner = {j: j for j in sorted(loading)}
    for sharing in items.values():
        for j in sharing[1:]:
            _unite(owner, sharing[0], j)
    for r, row in enumerate(table.rows):
        if row.matrix not in _MEASUREMENT or row.row not in items:
            continue
        own = items[row.row][0]
        if row.matrix == "theta" and row.col in items and (row.fixed is None or row.fixed != 0):
            _unite(owner, own, items[row.col][0])
        for k in _columns(table, [r]):
            columns.setdefault(k, []).append(own)
    for sharing in columns.values():
        for j in sharing[1:]:
            _unite(owner, sharing[0], j)
    for names in asked:
        places = [_place(table, owner, name) for name in names]
        for j in places[1:]:
            _unite(owner, places[0], j)
    return owner


def _place(table: ParameterTable, owner: dict[int, int], name: str) -> int:
    known = [table.latents[j] for j in owner]
    if name not in known:
        raise OptionError(f"blocks= names {name!r}, which is no construct with items{nearest(name, known)}.")
    return table.latents.index(name)


def _unite(owner: dict[int, int], one: int, other: int) -> None:
    """Put two constructs, with all that are measured with them, in one block."""
    first, second = owner[one], owner[other]
    for j, block in owner.items():
        if block in (first, second):
            owner[j] = min(first, second)


def _members(owner: dict[int, int]) -> list[list[int]]:
    return [[j for j in owner if owner[j] == block] for block in dict.fromkeys(owner.values())]


def _too_few(block: MeasurementBlock) -> bool:
    """Whether a block has more parameters than covariances, or intercepts than means."""
    table = block.table
    groups, p = table.n_groups, len(table.observed)
    kinds = [_columns(table, [r]) for r, row in enumerate(table.rows) if row.matrix in ("nu", "alpha")]
    levels = len(set().union(*kinds)) if kinds else 0
    return table.npar - levels > groups * p * (p + 1) // 2


def _nearest(table: ParameterTable, owner: dict[int, int], block: MeasurementBlock) -> int | None:
    """The nearest construct with items outside a block, along paths from its constructs, then to them."""
    forward: dict[int, list[int]] = {}
    backward: dict[int, list[int]] = {}
    beside: dict[int, list[int]] = {}
    for row in table.rows:
        if row.group == 0 and row.matrix == "beta" and (row.fixed is None or row.fixed != 0):
            forward.setdefault(row.col, []).append(row.row)
            backward.setdefault(row.row, []).append(row.col)
        elif row.group == 0 and row.matrix == "psi" and row.row != row.col and row.fixed is None:
            beside.setdefault(row.row, []).append(row.col)
            beside.setdefault(row.col, []).append(row.row)
    seen: list[int] = block.latents.tolist()
    own = owner[seen[0]]
    for j in seen:
        near: list[int] = [*forward.get(j, ()), *backward.get(j, ()), *beside.get(j, ())]
        for other in near:
            if other in owner and owner[other] != own:
                return other
            if other not in seen:
                seen.append(other)
    return None


def _block(table: ParameterTable, latents: list[int], joined: tuple[str, ...]) -> MeasurementBlock:
    """The table of some constructs, their items and their free moments."""
    items = sorted({row.row for row in table.rows if row.matrix == "lambda" and row.col in latents})
    item, latent = ({place: k for k, place in enumerate(places)} for places in (items, latents))
    kept = [r for r, row in enumerate(table.rows) if row.matrix in _MEASUREMENT and row.row in item]
    rows = []
    for r in kept:
        row = table.rows[r]
        col = latent[row.col] if row.matrix == "lambda" else item[row.col] if row.matrix == "theta" else 0
        rows.append(replace(row, row=item[row.row], col=col))
    columns = np.unique(table.map[kept].indices).astype(np.intp)
    moments = list(_moments(table, latents))
    free = [len(rows) + k for k, row in enumerate(moments) if row.fixed is None]
    mapping = with_freed(csr_array(table.map[kept][:, columns]), np.arange(len(kept)), free, len(rows) + len(moments))
    base = np.append(table.base[kept], [row.fixed or 0.0 for row in moments])
    first = {int(k): r for r in reversed(range(len(kept))) for k in table.map[[kept[r]]].indices}
    names = tuple(table.latents[j] for j in latents)
    own = ParameterTable(
        (*rows, *moments), base, mapping, tuple(table.observed[i] for i in items), names, len(names), table.groups, (),
        table.meanstructure, (*(first[k] for k in columns.tolist()), *free),
    )  # fmt: skip
    return MeasurementBlock(
        names, joined, own, np.array(items, dtype=np.intp), np.array(latents, dtype=np.intp), columns, _residual(own)
    )


def _moments(table: ParameterTable, latents: list[int]) -> Iterator[Parameter]:
    """Variances, covariances and means of a block's constructs, free unless a fixed variance is a construct's unit."""
    units = {(row.group, row.col) for row in table.rows if row.matrix == "lambda" and row.fixed}
    pointed = {(row.group, row.row) for row in table.rows if row.matrix == "beta"}
    known = {(row.matrix, row.group, row.row, row.col): row for row in table.rows if row.matrix in ("psi", "alpha")}
    for group in range(table.n_groups):
        for a, j in enumerate(latents):
            name, own = table.latents[j], known.get(("psi", group, j, j))
            unit = None
            if (group, j) not in units:
                unit = None if own is None else own.fixed
                if not unit or (group, j) in pointed:
                    raise ModelError(f"{name!r} has no loading fixed at 1, from which SAM would take its unit; fix "
                                     "one.")  # fmt: skip
            yield _moment(name, "~~", name, group, unit, a, a)
            for b, k in enumerate(latents[:a]):
                yield _moment(name, "~~", table.latents[k], group, None, a, b)
            if table.meanstructure:
                mean = known[("alpha", group, j, 0)]
                yield _moment(name, "~1", "", group, mean.fixed, a, 0)


def _moment(lhs: str, op: str, rhs: str, group: int, fixed: float | None, row: int, col: int) -> Parameter:
    tie: Hashable = ("block", lhs, op, rhs, group)
    return Parameter(lhs, op, rhs, group, "", fixed, None, "alpha" if op == "~1" else "psi", row, col, tie)


def _residual(table: ParameterTable) -> BoolArray:
    """Which free parameters (q,) are residual variances and nothing else."""
    inside, outside = np.zeros(table.npar, dtype=bool), np.zeros(table.npar, dtype=bool)
    for r, row in enumerate(table.rows):
        alone = row.matrix == "theta" and row.row == row.col and table.base[r] == 0
        found = table.map[[r]]
        (inside if alone and (found.data == 1).all() else outside)[found.indices] = True
    return inside & ~outside


# ---- structural part -------------------------------------------------------------------------------------------------


def _structural(table: ParameterTable, kept: list[int], measured: list[int]) -> tuple[ParameterTable, IntArray]:
    """The table of paths and latent (co)variances, and its free parameters among those of the whole table."""
    order = [j for j in range(len(table.latents)) if j not in measured] + measured
    place = {j: k for k, j in enumerate(order)}
    rows = [replace(row, row=place[row.row], col=place[row.col]) for row in (table.rows[r] for r in kept)]
    # Moments of observed predictors are parameters here (lavaan's ``fixed.x = FALSE``): of no consequence for the
    # others, and constructs and observed variables are then alike.
    given = [r for r, row in enumerate(rows) if row.exogenous]
    rows = [replace(row, fixed=None, exogenous=False) if row.exogenous else row for row in rows]
    rows = [replace(row, user=False) for row in rows]
    columns = np.unique(table.map[kept].indices).astype(np.intp)
    first = {int(k): r for r in reversed(range(len(kept))) for k in table.map[[kept[r]]].indices}
    mapping = with_freed(csr_array(table.map[kept][:, columns]), np.arange(len(kept)), given, len(kept))
    names = [table.latents[j] for j in order]
    above = len(names) - len(measured)
    own = ParameterTable(
        tuple(rows), table.base[kept], mapping, tuple(names[above:]), tuple(names), above, table.groups, (), False,
        (*(first[k] for k in columns.tolist()), *given),
    )  # fmt: skip
    return own, columns
