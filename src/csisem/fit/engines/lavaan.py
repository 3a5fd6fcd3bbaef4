"""lavaan through Rscript, as an independent program."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import sentence
from csisem.errors import DataError, ModelError, OptionError, UnusableFitError
from csisem.fit.covariance.asymptotic_weights import read_gamma
from csisem.fit.covariance.verdict import judge
from csisem.fit.solution import Uncertainty
from csisem.fit.status import USUAL, Status, not_converged
from csisem.specification.parameters import Parameter

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


TIME_LIMIT = 300.0
"""Seconds that Rscript may take."""

_MISSING = (
    "engine='lavaan' needs Rscript with the package lavaan on the PATH; R starts with --vanilla, so name a library of "
    "your own in the environment variable R_LIBS."
)

# The script's own exit code for a missing package.
_NO_LAVAAN = 3

# lavaan() adds nothing to the model text, unlike sem(). Its stopping rule is the default: under tighter ones nlminb
# reports false convergence. Every line of the output is marked, since packages may print as well.
_SCRIPT = """
if (!requireNamespace("lavaan", quietly = TRUE)) quit(status = 3)
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]; groups <- as.integer(arguments[2]); q <- as.integer(arguments[3])
text <- paste(readLines(file.path(folder, "model.txt")), collapse = "\\n")
table <- function(name, k) as.matrix(read.csv(file.path(folder, sprintf("%s%d.csv", name, k)), check.names = FALSE))
covs <- lapply(seq_len(groups), function(k) { S <- table("cov", k); rownames(S) <- colnames(S); S })
means <- lapply(seq_len(groups), function(k) { m <- table("mean", k); setNames(as.numeric(m), colnames(m)) })
n <- as.list(as.numeric(strsplit(arguments[4], ",")[[1]]))
structured <- arguments[5] == "TRUE"
estimator <- arguments[8]
each <- function(parts) if (groups > 1) parts else parts[[1]]
asked <- list(text, sample.cov = each(covs), sample.nobs = each(n), sample.cov.rescale = FALSE,
  meanstructure = structured, fixed.x = FALSE, information = arguments[7], estimator = estimator)
if (structured) asked$sample.mean <- each(means)
if (estimator == "ML") asked$likelihood <- arguments[6]
if (file.exists(file.path(folder, "gamma1.csv"))) {
  gammas <- lapply(seq_len(groups), function(k) unname(table("gamma", k)))
  weigh <- if (estimator == "WLS") solve else function(gamma) diag(1 / diag(gamma))
  if (estimator != "ULS") asked$WLS.V <- each(lapply(gammas, weigh))
  asked$NACOV <- each(gammas)
  asked$se <- arguments[9]
}
fit <- suppressWarnings(do.call(lavaan::lavaan, asked))
say <- function(...) cat("csisem", ..., "\\n")
say("converged", lavaan::lavInspect(fit, "converged"))
say("iterations", lavaan::lavInspect(fit, "iterations"))
theta <- lavaan::coef(fit)
keep <- match(sprintf("p%d", seq_len(q) - 1L), names(theta))
say("theta", sprintf("%.17g", theta[keep]))
vcov <- tryCatch(lavaan::lavInspect(fit, "vcov")[keep, keep, drop = FALSE], error = function(e) matrix(NA, q, q))
for (k in seq_len(q)) say("vcov", sprintf("%.17g", vcov[k, ]))
"""


def fit_lavaan(empty: CovarianceSolution, time_limit: float = TIME_LIMIT) -> CovarianceSolution:
    """Fit the model of ``empty`` by R's lavaan from the same moments and return the solution.

    R starts without the profiles, environment files and workspace of the folder or the user, which may run anything.
    """
    program = shutil.which("Rscript")
    if program is None:
        raise OptionError(_MISSING)
    with TemporaryDirectory() as folder:
        _write(empty, Path(folder))
        settings = empty.settings
        arguments = [
            folder,
            str(empty.table.n_groups),
            str(empty.table.npar),
            ",".join(f"{size:.17g}" for size in empty.group_size),
            str(empty.table.meanstructure).upper(),
            settings.likelihood,
            settings.information,
            empty.recipe.discrepancy,
            "robust.sem" if empty.recipe.errors == "robust" else "standard",
        ]
        try:
            ended = subprocess.run(
                [program, "--vanilla", str(Path(folder) / "fit.R"), *arguments],
                capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, timeout=time_limit,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise UnusableFitError(
                f"lavaan did not finish within {time_limit:g} seconds and was stopped; pass a longer time_limit=."
            ) from None
        except OSError as problem:
            raise OptionError(f"Rscript cannot be started: {problem.strerror or problem}.") from None
    if ended.returncode == _NO_LAVAAN:
        raise OptionError(_MISSING)
    if ended.returncode:
        raise ModelError(f"lavaan did not fit the model: {' '.join(ended.stderr.split()) or 'it gives no reason'}")
    return _read(empty, ended.stdout)


def _write(empty: CovarianceSolution, folder: Path) -> None:
    (folder / "fit.R").write_text(_SCRIPT, encoding="utf-8")
    (folder / "model.txt").write_text(_syntax(empty), encoding="utf-8")
    header = ",".join(f"v{i}" for i in range(len(empty.table.observed)))
    for k, (cov, mean) in enumerate(zip(empty.sample_cov, empty.sample_mean, strict=True), start=1):
        for name, rows in (("cov", cov), ("mean", mean[None])):
            lines = [header, *(",".join(repr(float(value)) for value in row) for row in rows)]
            (folder / f"{name}{k}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for k, gamma in enumerate(_gamma(empty), start=1):
        lines = [",".join(f"g{i}" for i in range(len(gamma))), *(",".join(map(repr, row)) for row in gamma.tolist())]
        (folder / f"gamma{k}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _gamma(empty: CovarianceSolution) -> FloatArray:
    """Covariances of the rows' contributions to the moments (G, s, s), in lavaan's order; empty where not needed."""
    discrepancy, means = empty.recipe.discrepancy, empty.table.meanstructure
    if discrepancy in ("ML", "GLS") or (discrepancy == "ULS" and empty.recipe.errors == "standard"):
        return np.empty((0, 0, 0))
    if empty.data is None:
        raise DataError(f"engine='lavaan' needs the rows for estimator={empty.estimator!r}, and the fit holds none; "
                        "give data=.")  # fmt: skip
    gamma = read_gamma(empty.data, empty.moments, empty.settings.by, means=means)
    # Its lower triangles run by columns, ours by rows.
    p = len(empty.table.observed)
    col, row = np.triu_indices(p)
    first = p if means else 0
    order = np.concatenate([np.arange(first), first + row * (row + 1) // 2 + col])
    return gamma[:, order[:, None], order]


def _syntax(empty: CovarianceSolution) -> str:
    """The model in lavaan's syntax, every parameter written: ``p0``, ``p1``... are free, others have their value.

    Names become v0, v1... (observed) and w0, w1... (constructs): what R takes for a letter depends on its locale. A
    row that follows several free parameters, or a multiple of one, gets a label of its own and lavaan's ``==``.
    """
    table = empty.table
    constructs = table.latents[: table.constructs]
    names = {name: f"w{j}" for j, name in enumerate(constructs)}
    names |= {name: f"v{i}" for i, name in enumerate(table.observed)}
    fixed = table.values(np.zeros(table.npar), empty.sample_mean, empty.sample_cov)
    lines, constraints = [], []
    group = -1
    for r, (row, weights, value) in enumerate(zip(table.rows, table.map.toarray(), fixed, strict=True)):
        if row.group != group and table.n_groups > 1:
            lines.append(f"group: {row.group + 1}")
        group = row.group
        free = np.flatnonzero(weights)
        if not free.size:
            term = repr(float(value))
        elif free.size == 1 and weights[free[0]] == 1 and value == 0:
            term = f"p{free[0]}"
        else:
            term = f"r{r}"
            parts = [repr(float(value)), *(f"({float(weights[k])!r})*p{k}" for k in free)]
            constraints.append(f"{term} == {' + '.join(parts)}")
        lines.append(_line(row, names, term))
    return "\n".join([*lines, *constraints]) + "\n"


def _line(row: Parameter, names: dict[str, str], term: str) -> str:
    operator, rhs = ("~", "1") if row.op == "~1" else (row.op, names[row.rhs])
    line = f"{names[row.lhs]} {operator} {term}*{rhs}"
    if row.start is not None and row.fixed is None:
        line += f" + start({float(row.start)!r})*{rhs}"
    return line


def _read(empty: CovarianceSolution, answer: str) -> CovarianceSolution:
    """Read the solution from the script's lines, ``csisem <word> <values>``."""
    said: dict[str, list[list[str]]] = {}
    for line in answer.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "csisem":
            said.setdefault(words[1], []).append(words[2:])
    table = empty.table
    try:
        converged, iterations = said["converged"][0] == ["TRUE"], int(said["iterations"][0][0])
        theta = _numbers(said["theta"]).reshape(table.npar)
        vcov = _numbers(said["vcov"]).reshape(table.npar, table.npar)
    except (KeyError, IndexError, ValueError) as error:
        raise ModelError("lavaan ran, but its answer could not be read; its version may be too old.") from error
    solved = replace(empty, theta=theta, iterations=iterations)
    if not converged:
        return replace(solved, status=not_converged(iterations))
    if not np.isfinite(vcov).all():
        return replace(solved, status=Status(True, False, False, (sentence("fit.lavaan_not_identified"),)))
    status = judge(table, solved.lisrel, solved.implied_moments, solved.group_n, USUAL)
    return replace(solved, errors=Uncertainty(vcov), status=status)


def _numbers(rows: list[list[str]]) -> FloatArray:
    return np.array([[np.nan if word == "NA" else float(word) for word in row] for row in rows])
