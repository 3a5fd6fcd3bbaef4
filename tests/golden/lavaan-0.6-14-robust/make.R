# Golden reference figures for robust, weighted, clustered and incomplete fits,
# and for GLS, ULS and WLS, made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# The JSON writer, the data, the evaluation without optimising and the Newton
# polish are those of ../lavaan-0.6-14/make.R: its lines above "# ... cases ..."
# are evaluated here.  What this script adds: every fit is polished at the optimum
# of its own objective, the independence model is polished as well, and all test
# statistics with their scalings are written out.  See README.md.

local({
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  lines <- readLines(file.path(dirname(normalizePath(file)), "..", "lavaan-0.6-14", "make.R"))
  shared <- lines[seq_len(grep("^# -+ cases ---$", lines) - 1L)]
  eval(parse(text = shared), envir = globalenv())
})

# ------------------------------------------------------------ derived columns ---

# i is the row number counted from one.
with_columns <- function(d) {
  i <- seq_len(nrow(d))
  d$w <- 1 + (i %% 5) / 2        # weights
  d$c25 <- i %% 25               # 25 clusters
  d$c4 <- (i - 1) %/% 4          # neighbours: clusters of four rows
  d$c83 <- (i * i) %% 83         # clusters of unequal size
  d
}
blank <- function(d, columns, which_column, rows = TRUE) {
  i <- seq_len(nrow(d))
  at <- cbind(i, match(columns, names(d))[which_column(i)])
  d[at[rep(rows, length.out = nrow(d)), , drop = FALSE]] <- NA
  d
}
RULES <- list(
  columns = "w = 1 + (i mod 5)/2; c25 = i mod 25; c4 = floor((i-1)/4); c83 = i^2 mod 83; i = row counted from 1",
  mobi_blank = "row i: column ((7i) mod 24)+1 of the 24 is blank",
  holzinger_blank = "row i with i mod 3 != 0: x_k is blank, k = ((7i) mod 9)+1; rows with i mod 10 = 1 also lack x_m, m = ((7i+4) mod 9)+1",
  democracy_blank = "row i with i mod 2 = 0: column ((7i) mod 11)+1 of the 11 (y1..y8, x1..x3) is blank")
DATA$mobi_blank <- with_columns(blank(DATA$mobi, names(DATA$mobi), function(i) (7 * i) %% 24 + 1))
DATA$mobi <- with_columns(DATA$mobi)
DATA$holzinger <- with_columns(DATA$holzinger)
X <- paste0("x", 1:9)
rows <- seq_len(nrow(DATA$holzinger))
DATA$holzinger_blank <- blank(
  blank(DATA$holzinger, X, function(i) (7 * i) %% 9 + 1, rows %% 3 != 0),
  X, function(i) (7 * i + 4) %% 9 + 1, rows %% 10 == 1)
DATA$democracy_blank <- blank(PoliticalDemocracy, c(paste0("y", 1:8), paste0("x", 1:3)),
  function(i) (7 * i) %% 11 + 1, seq_len(75) %% 2 == 0)
DATA$political_democracy <- with_columns(PoliticalDemocracy)

# ---------------------------------------------------------------- polishing ---

# lavInspect's "hessian" weights the groups once too often when data are incomplete.
hessian_of <- function(fit) {
  lavaan:::lav_model_hessian(lavmodel = fit@Model, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
    lavoptions = fit@Options, lavcache = fit@Cache, group.weight = !fit@SampleStats@missing.flag)
}

newton <- function(fit) {
  theta <- free_values(fit)
  if (length(theta) == 0L) return(list(theta = theta, gradient = 0, steps = 0L))
  K <- free_directions(fit, length(theta))
  at <- function(x) fit_at(fit, x, se = "none", test = "none")
  point <- at(theta)
  best <- list(theta = theta, gradient = max(abs(slope(point, K))))
  steps <- stalled <- 0L
  while (steps < 30L && stalled < 3L && best$gradient > 2e-15) {
    hessian <- crossprod(K, hessian_of(point) %*% K)
    step <- as.numeric(K %*% solve(hessian, slope(point, K), tol = 1e-300))
    theta <- theta - step
    point <- at(theta)
    size <- max(abs(slope(point, K)))
    stalled <- if (size < 0.5 * best$gradient) 0L else stalled + 1L
    if (size < best$gradient) best <- list(theta = theta, gradient = size)
    steps <- steps + 1L
  }
  c(best, steps = steps)
}

# The independence model at its own optimum (GLS, WLS and FIML have no closed form).
polished_baseline <- function(fit) {
  start <- quiet(lavaan:::lav_object_independence(fit))
  found <- newton(start)
  if (found$steps == 0L) return(list(fit = start, gradient = found$gradient))
  list(fit = fit_at(start, found$theta), gradient = found$gradient)
}

polish <- function(case) {
  fit <- fit_default(case)
  found <- newton(fit)
  final <- fit_at(fit, found$theta)
  base <- polished_baseline(fit)
  final@baseline$test <- base$fit@test
  names(final@baseline$test) <- vapply(base$fit@test, function(t) t$test, "")
  list(fit = final, theta = found$theta, gradient = found$gradient,
    steps = found$steps, baseline = base$fit, baseline_gradient = base$gradient)
}

# ------------------------------------------------------------------ figures ---

tests_of <- function(tests) {
  out <- lapply(unname(tests), function(t) {
    keep <- c("test", "stat", "df", "pvalue", "scaling.factor", "shift.parameter", "trace.UGamma",
      "trace.UGamma2", "scaling.factor.h1", "scaling.factor.h0")
    t <- t[intersect(keep, names(t))]
    t[lengths(t) == 1L]
  })
  out
}

numbers <- function(m) setNames(as.numeric(m), names(m))

moments <- function(cov, mean, label) list(group = label, names = vec(colnames(cov)),
  sigma = unclass(unname(as.matrix(cov))), mu = if (length(mean)) vec(mean) else NULL)

figures <- function(case, polished) {
  fit <- polished$fit
  groups <- lavInspect(fit, "ngroups")
  labels <- if (groups == 1L) "" else lavInspect(fit, "group.label")
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  limits <- table[table$op %in% c("==", "<", ">"), c("lhs", "op", "rhs", "user")]
  rows <- parameter_rows(fit, NULL)
  rows$se_observed <- NULL
  options <- c(list("function" = case$fun), case$call)
  if (!is.null(options$group.equal)) options$group.equal <- vec(options$group.equal)
  o <- fit@Options
  implied <- by_group(fit, "implied")
  incomplete <- o$missing == "ml"
  at_h1 <- if (incomplete) {
    lapply(seq_len(groups), function(g) {
      h <- fit@h1$implied
      cov <- h$cov[[g]]
      colnames(cov) <- colnames(implied[[g]]$cov)
      c(moments(cov, h$mean[[g]], labels[g]))
    })
  }
  out <- list(
    case = case$id, about = case$about, lavaan_version = "0.6-14", syntax = case$syntax,
    data = case$data, rules = RULES[c("columns", intersect(case$data, names(RULES)))],
    call = options,
    options = list(estimator = o$estimator, information = vec(o$information), se = o$se,
      test = vec(o$test), meanstructure = o$meanstructure, missing = o$missing, likelihood = o$likelihood,
      sample.cov.rescale = o$sample.cov.rescale),
    n = lavInspect(fit, "ntotal"), n_per_group = vec(lavInspect(fit, "nobs")), group_labels = vec(labels),
    identified = TRUE, admissible = quiet(lavInspect(fit, "post.check")),
    max_gradient = polished$gradient, newton_steps = polished$steps, baseline_gradient = polished$baseline_gradient,
    parameters = rows, constraints = limits,
    tests = tests_of(fit@test), baseline_tests = tests_of(fit@baseline$test),
    fit_measures = numbers(quiet(fitMeasures(fit))),
    implied = lapply(seq_len(groups), function(g) moments(implied[[g]]$cov, implied[[g]]$mean, labels[g])))
  if (incomplete) {
    casewise <- try(lavInspect(fit, "loglik.casewise"), silent = TRUE)
    out$saturated <- at_h1
    out$loglik_casewise <- if (inherits(casewise, "try-error")) NULL else
      if (is.list(casewise)) lapply(unname(casewise), function(v) vec(as.numeric(v))) else list(vec(as.numeric(casewise)))
  }
  out$notes <- if (is.null(case$notes)) "" else case$notes
  out
}

CASES <- list()
case <- function(id, about, data, syntax, ..., fun = "sem", notes = NULL) {
  lines <- trimws(strsplit(syntax, "\n", fixed = TRUE)[[1L]])
  CASES[[length(CASES) + 1L]] <<- list(id = id, about = about, data = data, fun = fun,
    syntax = paste(lines[nzchar(lines)], collapse = "\n"), call = list(...), notes = notes, identified = TRUE)
}
several <- function(id, estimators, about, ...) {
  for (e in estimators) case(paste0(id, "_", tolower(e)), paste0(about, ", ", e), ..., estimator = e)
}

# -------------------------------------------------------------------- cases ---

MEASUREMENT <- "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3"
SMALL <- paste(MEASUREMENT, "
  VAL ~ EXP
  SAT ~ EXP + VAL
  LOY ~ SAT")
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
DEMOCRACY_LABELS <- "
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
  total := p2 + p1*p3"
ABILITIES <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
COVARIATES <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ visual + ageyr"
GROWTH <- "
  i =~ 1*y1 + 1*y2 + 1*y3 + 1*y4
  s =~ 0*y1 + 1*y2 + 2*y3 + 3*y4
  i ~~ s
  i ~ 1
  s ~ 1
  y1 + y2 + y3 + y4 ~ 0*1"
ROBUST <- c("MLM", "MLMV", "MLMVS", "MLR")
LEAST <- c("GLS", "ULS", "WLS")
DIAGONAL <- c("DWLS", "WLSM", "ULSMV")

several("mobi_small", c(ROBUST, LEAST, DIAGONAL), "four constructs of the mobile-phone study", "mobi", SMALL)
case("mobi_small_uls_robust", "the same, ULS with se = robust", "mobi", SMALL, estimator = "ULS", se = "robust")
case("mobi_small_ulsm", "the same, ULS with robust errors and the Satorra-Bentler test", "mobi", SMALL,
  estimator = "ULS", se = "robust", test = "satorra.bentler")
several("mobi_small_means", c(ROBUST, LEAST, "DWLS", "WLSM"), "saturated means", "mobi", SMALL, meanstructure = TRUE)
several("marker_means", c("MLM", "MLR"), "latent means free, marker intercepts zero", "mobi", paste(SMALL, "
  CUEX1 + PERV1 + CUSA1 + CUSL1 ~ 0*1
  EXP + VAL + SAT + LOY ~ 1"))
several("growth", c(ROBUST, "GLS", "ULS", "WLSM"), "a growth curve: restricted means", "political_democracy", GROWTH)
several("democracy", c(ROBUST, "GLS", "ULS", "WLSM"), "industrialisation and democracy", "political_democracy", DEMOCRACY)
several("democracy_labels", c(ROBUST, "GLS"), "equal loadings by label, defined parameters", "political_democracy", DEMOCRACY_LABELS)
several("covariates", c(ROBUST, LEAST, DIAGONAL), "fixed observed covariates", "holzinger", COVARIATES)
several("covariates_means", c("MLM", "MLR"), "fixed observed covariates, means", "holzinger", COVARIATES, meanstructure = TRUE)
several("covariates_group", c("MLM", "MLMV", "MLR"), "fixed observed covariates by school", "holzinger", COVARIATES, group = "school")
several("configural", c(ROBUST, LEAST), "two schools, nothing equal", "holzinger", ABILITIES, group = "school")
several("metric", c(ROBUST, LEAST, DIAGONAL), "two schools, equal loadings", "holzinger", ABILITIES, group = "school", group.equal = "loadings")
several("scalar", c(ROBUST, "GLS", "ULS"), "two schools, equal loadings and intercepts", "holzinger", ABILITIES,
  group = "school", group.equal = c("loadings", "intercepts"))

# lavaan's gradient has (n - 1)/n and its errors 1/(n - 1) again: observed information is too small by that share.
case("democracy_gls_observed", "GLS, observed information", "political_democracy", DEMOCRACY, estimator = "GLS", information = "observed")
case("scalar_gls_observed", "two schools, equal loadings and intercepts, GLS, observed information", "holzinger", ABILITIES, group = "school",
  group.equal = c("loadings", "intercepts"), estimator = "GLS", information = "observed")

# Weights and clusters.
case("weighted_ml", "weights, ML", "mobi", SMALL, estimator = "ML", sampling.weights = "w")
case("weighted_mlr", "weights, MLR", "mobi", SMALL, estimator = "MLR", sampling.weights = "w")
case("weighted_means_mlr", "weights, saturated means, MLR", "mobi", SMALL, estimator = "MLR", sampling.weights = "w", meanstructure = TRUE)
case("weighted_metric_mlr", "weights in two schools, MLR, weights scaled to the total", "holzinger", ABILITIES, group = "school",
  group.equal = "loadings", estimator = "MLR", sampling.weights = "w")
case("weighted_metric_group_mlr", "weights in two schools, MLR, weights scaled within groups", "holzinger", ABILITIES, group = "school",
  group.equal = "loadings", estimator = "MLR", sampling.weights = "w", sampling.weights.normalization = "group")
for (k in c("c25", "c4", "c83")) {
  case(paste0("cluster_", k, "_mlr"), "cluster-robust MLR", "mobi", SMALL, estimator = "MLR", cluster = k,
    notes = if (k == "c25") "25 clusters for 34 parameters: the sandwich is singular, single errors are still defined.")
}
case("cluster_nomeans_mlr", "cluster-robust MLR without means", "mobi", SMALL, estimator = "MLR", cluster = "c83", meanstructure = FALSE)
case("cluster_weighted_mlr", "clusters and weights, MLR", "mobi", SMALL, estimator = "MLR", cluster = "c83", sampling.weights = "w")
case("cluster_metric_mlr", "clusters in two schools, MLR", "holzinger", ABILITIES, group = "school", group.equal = "loadings",
  estimator = "MLR", cluster = "c4")
case("cluster_democracy_mlr", "clusters of four, MLR", "political_democracy", DEMOCRACY_LABELS, estimator = "MLR", cluster = "c4",
  notes = "19 clusters for 39 parameters: the sandwich is singular.")

# Incomplete data.  em.h1.tol: lavaan's EM for the saturated moments stops at a
# change of 1e-5 unless told otherwise; fiml_default_mlr keeps that tolerance.
EM <- list(em.h1.tol = 1e-13, em.h1.iter.max = 20000L)
fiml <- function(...) do.call(case, c(list(...), list(missing = "fiml"), EM))
case("fiml_default_mlr", "blanks, MLR, default EM tolerance", "mobi_blank", SMALL, missing = "fiml", estimator = "MLR")
for (e in c("ML", "MLR")) {
  l <- tolower(e)
  fiml(paste0("fiml_", l), paste("blanks,", e), "mobi_blank", SMALL, estimator = e)
  fiml(paste0("fiml_labels_", l), paste("blanks, labels,", e), "democracy_blank", DEMOCRACY_LABELS, estimator = e)
  fiml(paste0("fiml_growth_", l), paste("blanks, restricted means,", e), "democracy_blank", GROWTH, estimator = e)
  fiml(paste0("fiml_metric_", l), paste("blanks in two schools,", e), "holzinger_blank", ABILITIES, estimator = e,
    group = "school", group.equal = "loadings")
  fiml(paste0("fiml_scalar_", l), paste("blanks in two schools, equal intercepts,", e), "holzinger_blank", ABILITIES, estimator = e,
    group = "school", group.equal = c("loadings", "intercepts"))
  fiml(paste0("fiml_covariates_", l), paste("blanks, complete fixed covariates,", e), "holzinger_blank", COVARIATES, estimator = e)
}
fiml("fiml_weighted_mlr", "blanks and weights, MLR", "mobi_blank", SMALL, estimator = "MLR", sampling.weights = "w")
fiml("fiml_cluster_mlr", "blanks and clusters, MLR", "mobi_blank", SMALL, estimator = "MLR", cluster = "c83")

# --------------------------------------------------------- nested comparisons ---

NO_EXP <- paste(MEASUREMENT, "
  VAL ~ EXP
  SAT ~ 0*EXP + VAL
  LOY ~ SAT")
EQUAL <- paste("
  EXP =~ CUEX1 + l*CUEX2 + l*CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + m*CUSA2 + m*CUSA3
  LOY =~ CUSL1 + CUSL3
  VAL ~ EXP
  SAT ~ EXP + VAL
  LOY ~ SAT")
PAIRS <- list(
  list(id = "zero_path", data = "mobi", larger = SMALL, smaller = NO_EXP, call = list()),
  list(id = "equal_loadings", data = "mobi", larger = SMALL, smaller = EQUAL, call = list()),
  list(id = "metric_configural", data = "holzinger", larger = ABILITIES, smaller = ABILITIES,
    call = list(group = "school"), more = list(group.equal = "loadings")),
  list(id = "covariates_zero_path", data = "holzinger", larger = COVARIATES, smaller = sub("+ sex", "+ 0*sex", COVARIATES, fixed = TRUE),
    call = list(), estimators = c("MLM", "MLMV", "MLR"), errors = TRUE),
  list(id = "covariates_metric_configural", data = "holzinger", larger = COVARIATES, smaller = COVARIATES,
    call = list(group = "school"), more = list(group.equal = "loadings"), estimators = c("MLM", "MLMV", "MLR"), errors = TRUE),
  list(id = "fiml_zero_path", data = "mobi_blank", larger = SMALL, smaller = NO_EXP,
    call = c(list(missing = "fiml"), EM), estimators = "MLR"),
  list(id = "fiml_equal_loadings", data = "mobi_blank", larger = SMALL, smaller = EQUAL,
    call = c(list(missing = "fiml"), EM), estimators = "MLR"),
  list(id = "fiml_cluster_equal_loadings", data = "mobi_blank", larger = SMALL, smaller = EQUAL,
    call = c(list(missing = "fiml", cluster = "c83"), EM), estimators = "MLR"),
  list(id = "fiml_metric_configural", data = "holzinger_blank", larger = ABILITIES, smaller = ABILITIES,
    call = c(list(missing = "fiml", group = "school"), EM), more = list(group.equal = "loadings"), estimators = "MLR"))

# The scaled and shifted difference of Satorra (2000) from the fit's own information and robust covariance.
from_errors <- function(m1, m0) {
  A <- lavaan:::lav_test_diff_A(m1$fit, m0$fit)
  normal <- A %*% solve(lavInspect(m1$fit, "information")) %*% t(A)
  robust <- A %*% (vcov(m1$fit) * lavInspect(m1$fit, "ntotal")) %*% t(A)
  product <- solve(normal, robust)
  df <- nrow(A)
  slope <- sqrt(df / sum(diag(product %*% product)))
  chisq <- m0$fit@test[[1]]$stat - m1$fit@test[[1]]$stat
  stat <- chisq * slope + df - slope * sum(diag(product))
  list(stat = stat, df = df, pvalue = pchisq(stat, df, lower.tail = FALSE))
}

nested <- function(pair, estimator) {
  one <- function(syntax, extra) {
    c0 <- list(id = "", fun = "sem", data = pair$data, syntax = syntax, identified = TRUE,
      call = c(pair$call, extra, estimator = estimator))
    polish(c0)
  }
  m1 <- one(pair$larger, NULL)
  m0 <- one(pair$smaller, pair$more)
  difference <- function(method, ...) {
    t <- try(quiet(lavTestLRT(m1$fit, m0$fit, method = method, ...)), silent = TRUE)
    if (inherits(t, "try-error")) return(list(error = TRUE))
    list(stat = t[2, "Chisq diff"], df = t[2, "Df diff"], pvalue = t[2, "Pr(>Chisq)"],
      scaling.factor = if (method == "default" || !missing(...)) NULL else
        (m0$fit@test[[1]]$stat - m1$fit@test[[1]]$stat) / t[2, "Chisq diff"])
  }
  text <- function(s) paste(trimws(strsplit(trimws(s), "\n")[[1]]), collapse = "\n")
  options <- pair$call
  more <- pair$more
  list(case = paste0("nested_", pair$id, "_", tolower(estimator)), lavaan_version = "0.6-14",
    data = pair$data, estimator = estimator, larger = text(pair$larger), smaller = text(pair$smaller),
    call = options, smaller_call = if (is.null(more)) list() else more,
    max_gradient = max(m1$gradient, m0$gradient),
    larger_tests = tests_of(m1$fit@test), smaller_tests = tests_of(m0$fit@test),
    difference = if (estimator == "ML") list(standard = difference("default")) else
      c(if (estimator != "MLMV") list(
        satorra.bentler.2001 = difference("satorra.bentler.2001"),
        satorra.bentler.2010 = difference("satorra.bentler.2010")),
        list(satorra.2000 = difference("satorra.2000"),
          satorra.2000_exact = difference("satorra.2000", A.method = "exact"),
          satorra.2000_shifted = difference("satorra.2000", scaled.shifted = TRUE)),
        if (!is.null(pair$call$missing) || isTRUE(pair$errors)) list(satorra.2000_errors = from_errors(m1, m0))))
}

# ---------------------------------------------------------------------- run ---

for (one in CASES) {
  if (nzchar(ONLY) && !grepl(ONLY, one$id)) next
  polished <- try(polish(one))
  if (inherits(polished, "try-error")) { cat(one$id, "FAILED", polished, "\n"); next }
  writeLines(to_json(quiet(figures(one, polished))), file.path(OUT, paste0(one$id, ".json")))
  m <- numbers(quiet(fitMeasures(polished$fit)))
  cat(sprintf("%-28s chisq %13.8f df %4.0f npar %3.0f scaled %13.8f  gradient %.1e baseline %.1e admissible %s\n",
    one$id, m["chisq"], m["df"], m["npar"], m["chisq.scaled"], polished$gradient, polished$baseline_gradient,
    quiet(lavInspect(polished$fit, "post.check"))))
}
ALL <- c("ML", "MLM", "MLMV", "MLR", "ULSM", "WLSM")
for (pair in PAIRS) for (estimator in if (is.null(pair$estimators)) ALL else pair$estimators) {
  id <- paste0("nested_", pair$id, "_", tolower(estimator))
  if (nzchar(ONLY) && !grepl(ONLY, id)) next
  out <- nested(pair, estimator)
  writeLines(to_json(out), file.path(OUT, paste0(id, ".json")))
  cat(sprintf("%-34s gradient %.1e %s\n", id, out$max_gradient,
    paste(names(out$difference), vapply(out$difference, function(d) if (is.null(d$stat)) "error" else sprintf("%.8f/%g", d$stat, d$df), ""), collapse = "  ")))
}
