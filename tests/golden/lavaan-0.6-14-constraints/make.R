# Golden reference figures for constraints and bounds, made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# Data, figures and writer are those of ../lavaan-0.6-14-ordered/shared.R.  Fits with nonlinear or inequality constraints or with
# bounds are polished by Newton steps on the Kuhn-Tucker conditions of the constraints that hold at lavaan's own solution.

source(file.path(dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))), "..", "lavaan-0.6-14-ordered", "shared.R"))

# ---------------------------------------------------------------- polishing ---

none <- function(x, ...) numeric(0)
given <- function(f) if (is.null(body(f))) none else f

# The constraints that hold at theta, as one function that is zero: equalities, inequalities without slack, bounds met.
holding <- function(fit, theta, slack = 1e-4) {
  ceq <- given(fit@Model@ceq.function)
  cin <- given(fit@Model@cin.function)
  table <- fit@ParTable
  free <- order(table$free[table$free > 0L])
  bound <- function(side) { b <- table[[side]]; if (is.null(b)) rep(NA_real_, length(theta)) else b[table$free > 0L][free] }
  low <- bound("lower"); high <- bound("upper")
  met_low <- which(is.finite(low) & theta - low < slack)
  met_high <- which(is.finite(high) & high - theta < slack)
  tight <- which(cin(theta) < slack)
  list(tight = tight, met = c(met_low, met_high),
    zero = function(x) c(ceq(x), cin(x)[tight], x[met_low] - low[met_low], x[met_high] - high[met_high]))
}

central <- function(f, x) {
  h <- 1e-5
  vapply(seq_along(x), function(k) { e <- replace(numeric(length(x)), k, h); (f(x + e) - f(x - e)) / (2 * h) }, numeric(length(f(x))))
}
jacobian <- function(f, x) if (length(f(x)) == 0L) matrix(0, 0, length(x)) else numDeriv::jacobian(f, x)

kuhn_tucker <- function(fit) {
  theta <- free_values(fit)
  held <- holding(fit, theta)
  at <- function(x) fit_at(fit, x, se = "none", test = "none")
  k <- length(theta)
  lambda <- NULL
  best <- list(gradient = Inf)
  for (step in 0:40) {
    point <- at(theta)
    g <- as.numeric(lavInspect(point, "gradient"))
    J <- jacobian(held$zero, theta)
    m <- nrow(J)
    if (is.null(lambda)) lambda <- if (m) qr.solve(t(J), -g) else numeric(0)
    size <- max(abs(g + if (m) as.numeric(crossprod(J, lambda)) else 0), abs(held$zero(theta)))
    if (size < best$gradient) best <- list(theta = theta, gradient = size, lambda = lambda, steps = step)
    if (size < 1e-13) break
    bend <- if (m) matrix(central(function(x) as.numeric(crossprod(jacobian(held$zero, x), lambda)), theta), k) else matrix(0, k, k)
    H <- hessian_of(point) + (bend + t(bend)) / 2
    system <- rbind(cbind(H, t(J)), cbind(J, matrix(0, m, m)))
    move <- solve(system, -c(g, held$zero(theta)), tol = 1e-300)
    theta <- theta + move[seq_len(k)]
    lambda <- move[k + seq_len(m)]
  }
  # Exactly on a bound, so that lavaan sees it met.
  c(best, list(held = held))
}

plain_polish <- polish
polish <- function(case) {
  fit <- fit_default(case)
  bounded <- !is.null(fit@ParTable$lower) || !is.null(fit@ParTable$upper)
  if (!bounded && length(fit@Model@ceq.nonlinear.idx) + length(fit@Model@cin.linear.idx) + length(fit@Model@cin.nonlinear.idx) == 0L)
    return(c(plain_polish(case), list(multipliers = numeric(0), tight = integer(0), met = integer(0))))
  found <- kuhn_tucker(fit)
  final <- fit_at(fit, found$theta)
  list(fit = final, theta = found$theta, gradient = found$gradient, steps = found$steps, baseline_gradient = 0,
    multipliers = found$lambda, tight = found$held$tight, met = found$held$met)
}

shared_figures <- figures
figures <- function(case, polished) {
  out <- shared_figures(case, polished)
  table <- polished$fit@ParTable
  # Free parameters (in their order) that lie on a bound, inequalities (in their order) that hold with equality, their multipliers.
  c(out, list(on_bound = V(polished$met), active = V(polished$tight), multipliers = V(polished$multipliers),
    lower = if (is.null(table$lower)) NULL else V(table$lower[!table$op %in% c("==", "<", ">")]),
    upper = if (is.null(table$upper)) NULL else V(table$upper[!table$op %in% c("==", "<", ">")])))
}

# -------------------------------------------------------------------- cases ---

LABELLED <- "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  speed =~ x7 + e*x8 + f*x9"
PLAIN <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
with_lines <- function(...) paste(c(LABELLED, ...), collapse = "\n")
hs <- function(id, about, syntax, ...) case(id, about, "holzinger", syntax, ...)

for (e in c("ML", "MLR", "GLS")) hs(paste0("square_", tolower(e)), paste("a == b^2,", e), with_lines("a == b^2"), estimator = e)
hs("product_ml", "a*b == 0.3", with_lines("a*b == 0.3"))
hs("product_mlm", "a*b == 0.3, MLM", with_lines("a*b == 0.3"), estimator = "MLM")
hs("two_nonlinear", "two nonlinear equalities and a defined ratio", with_lines("a*b == 0.3", "c == d^2", "ratio := e/f"))
hs("linear_and_nonlinear", "a linear and a nonlinear equality", with_lines("a == b", "e*f == 1.2"))
hs("exponential", "exp(a) == 1 + c, log of a label", with_lines("exp(a) == 1 + c*0.7", "g := log(f)"))
hs("free_ml", "no constraint", LABELLED)
hs("inactive", "a > 0.3, without effect", with_lines("a > 0.3"))
hs("active", "a > 0.7, with effect", with_lines("a > 0.7"))
hs("active_mlr", "a > 0.7, with effect, MLR", with_lines("a > 0.7"), estimator = "MLR")
hs("active_below", "e < 1, with effect", with_lines("e < 1"))
hs("order_active", "b < a, with effect", with_lines("b < a"))
hs("order_inactive", "a < b, without effect", with_lines("a < b"))
hs("nonlinear_active", "a*b > 0.6, with effect", with_lines("a*b > 0.6"))
hs("nonlinear_inactive", "a*b > 0.1, without effect", with_lines("a*b > 0.1"))
hs("equal_and_active", "c == d, a > 0.7 and b > 0.1", with_lines("c == d", "a > 0.7", "b > 0.1"))
hs("lower_active", "lower() met", "
  visual =~ x1 + lower(0.7)*x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9")
hs("upper_active", "upper() met", "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + upper(0.8)*x6
  speed =~ x7 + x8 + x9")
hs("bounds_inactive", "lower() and upper() without effect", "
  visual =~ x1 + lower(0.1)*x2 + upper(2)*x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9")
for (b in c("wide", "pos.var", "standard")) hs(paste0("bounds_", sub(".", "_", b, fixed = TRUE)), paste0("bounds = ", b, ", without effect"), PLAIN, bounds = b)
hs("effect_coding", "effect coding", PLAIN, effect.coding = TRUE)
hs("effect_coding_loadings", "effect coding of loadings", PLAIN, effect.coding = "loadings")
hs("effect_coding_group", "effect coding, two schools, equal loadings and intercepts", PLAIN, effect.coding = TRUE, group = "school", group.equal = c("loadings", "intercepts"))
hs("std_lv", "std.lv", PLAIN, std.lv = TRUE)
hs("orthogonal", "orthogonal", PLAIN, orthogonal = TRUE)
hs("orthogonal_std_lv", "orthogonal and std.lv", PLAIN, orthogonal = TRUE, std.lv = TRUE)
hs("start_and_free", "NA*, start() and a fixed variance", "
  visual =~ NA*x1 + start(0.6)*x2 + x3
  textual =~ x4 + 1*x5 + x6
  speed =~ x7 + x8 + start(1)*x9
  visual ~~ 1*visual")
hs("metric_scores", "two schools, equal loadings: score tests", PLAIN, group = "school", group.equal = "loadings", extra = "score_tests")
hs("scalar_scores", "two schools, equal loadings and intercepts: score tests", PLAIN, group = "school", group.equal = c("loadings", "intercepts"), extra = "score_tests")
hs("scalar_mlr_scores", "the same, MLR", PLAIN, group = "school", group.equal = c("loadings", "intercepts"), estimator = "MLR", extra = "score_tests")
hs("labels_scores", "equal loadings by label: score tests", with_lines("a == b", "c == d"), extra = "score_tests")
hs("group_nonlinear", "two schools, a nonlinear equality between them", "
  visual =~ x1 + c(a1, a2)*x2 + x3
  textual =~ x4 + x5 + x6
  a1*a2 == 0.4", group = "school")
hs("group_inequality", "two schools, a1 > a2", "
  visual =~ x1 + c(a1, a2)*x2 + x3
  textual =~ x4 + x5 + x6
  a1 < a2", group = "school")
hs("group_inequality_active", "two schools, a1 > a2, with effect", "
  visual =~ x1 + c(a1, a2)*x2 + x3
  textual =~ x4 + x5 + x6
  a1 > a2", group = "school")

# A Heywood case: the first 50 rows, x1 without residual variance.
DATA$heywood <- DATA$holzinger[1:50, ]
RULES$heywood <- "the first 50 rows of HolzingerSwineford1939"
SCHOOL <- "
  visual =~ x1 + x2 + x3
  speed =~ x7 + x8 + x9
  visual ~~ speed"
case("heywood_none", "a Heywood case, no bounds", "heywood", SCHOOL)
for (b in c("wide", "pos.var", "standard", "pos.ov.var")) case(paste0("heywood_", gsub(".", "_", b, fixed = TRUE)),
  paste0("a Heywood case, bounds = ", b), "heywood", SCHOOL, bounds = b)
case("heywood_inequality", "a Heywood case, a residual variance held above zero by an inequality", "heywood", paste(SCHOOL, "
  x1 ~~ v*x1
  v > 0"))
case("heywood_lower", "a Heywood case, lower(0)", "heywood", paste(SCHOOL, "
  x1 ~~ lower(0)*x1"))

nested("square", "free_ml", "square_ml", "a nonlinear equality")

run(ONLY)
run_pairs(ONLY)
