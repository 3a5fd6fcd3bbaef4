# Golden figures of composites under ML, written out with excrescent variables (Henseler and Ogasawara), lavaan 0.6-14.
#
#   Rscript make.R --mobi mobi.csv [--out DIR]

suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
arguments <- commandArgs(TRUE)
given <- function(name, other) if (name %in% arguments) arguments[match(name, arguments) + 1L] else other
MOBI <- read.csv(given("--mobi", "mobi.csv"))
MOBI$half <- ifelse(seq_len(nrow(MOBI)) %% 2 == 1, "odd", "even")
OUT <- given("--out", ".")

QUALITY <- "
  Quality =~ 1*PERQ1 + l2*PERQ2 + l3*PERQ3
  v2 =~ 1*PERQ2 + n2*PERQ1
  v3 =~ 1*PERQ3 + n3*PERQ1
  PERQ1 ~~ 0*PERQ1
  PERQ2 ~~ 0*PERQ2
  PERQ3 ~~ 0*PERQ3
  v2 ~~ v3 + 0*Quality
  v3 ~~ 0*Quality
  w1 := 1/(1 - n2*l2 - n3*l3)
  w2 := -n2/(1 - n2*l2 - n3*l3)
  w3 := -n3/(1 - n2*l2 - n3*l3)"
MIXED <- paste(QUALITY, "
  Satisfaction =~ CUSA1 + CUSA2 + CUSA3
  Satisfaction ~ Quality")
# Two composites and a single item; the second composite is an outcome.
TWO <- paste(QUALITY, "
  Value =~ 1*PERV1 + k2*PERV2
  u2 =~ 1*PERV2 + m2*PERV1
  PERV1 ~~ 0*PERV1
  PERV2 ~~ 0*PERV2
  u2 ~~ 0*v2 + 0*v3 + 0*Quality + 0*Value
  Satisfaction =~ CUSA1 + CUSA2 + CUSA3
  Complaints =~ CUSCO
  Value ~ Quality
  Satisfaction ~ Quality + Value
  Complaints ~ Satisfaction")

write_case <- function(name, syntax, ...) {
  fit <- sem(syntax, MOBI, control = list(rel.tol = 1e-12, iter.max = 10000), optim.force.converged = TRUE, ...)
  p <- as.data.frame(parTable(fit))
  p <- p[!p$op %in% c("=="), ]
  record <- list(case = name, lavaan_version = "0.6-14", syntax = syntax, call = list(...),
    fit = as.list(fitMeasures(fit, c("chisq", "df", "cfi", "rmsea", "srmr", "npar"))),
    parameters = as.list(data.frame(lhs = p$lhs, op = p$op, rhs = p$rhs, group = p$group, est = p$est, se = p$se)))
  writeLines(toJSON(record, digits = I(12), auto_unbox = TRUE), file.path(OUT, paste0(name, ".json")))
}
write_case("mixed", MIXED)
write_case("two_composites", TWO)
write_case("mixed_mlr", MIXED, estimator = "MLR")
