# Golden figures of semTools 0.5-6 (lavaan 0.6-14): pooled fits of completed data, and auxiliary variables.
#
#   Rscript make.R --mobi mobi.csv
#
# Writes pooled.json, comparisons.json, auxiliary.json and auxiliary_observed.json here. Rules: row i (from 1) of mobi lacks column ((7i) mod 24)+1; completed set
# k = 1..5 takes for it the answer of row ((i + 16k) mod 250)+1 to the same column, which is never blank itself.
suppressMessages({library(semTools); library(jsonlite)})
arguments <- commandArgs(TRUE)
mobi <- read.csv(arguments[which(arguments == "--mobi") + 1])
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
n <- nrow(mobi)
rows <- seq_len(n)
blank <- (7 * rows) %% 24 + 1
incomplete <- mobi
for (i in rows) incomplete[i, blank[i]] <- NA
completed <- lapply(1:5, function(k) {
  set <- incomplete
  for (i in rows) {
    donor <- (i + 16 * k) %% n + 1
    stopifnot(!is.na(incomplete[donor, blank[i]]))
    set[i, blank[i]] <- incomplete[donor, blank[i]]
  }
  set
})
model <- "EXP =~ CUEX1 + CUEX2 + CUEX3\nVAL =~ PERV1 + PERV2\nSAT =~ CUSA1 + CUSA2 + CUSA3\nLOY =~ CUSL1 + CUSL3\nVAL ~ EXP\nSAT ~ EXP + VAL\nLOY ~ SAT"
pooled <- function(...) {
  fit <- sem.mi(model, completed, ...)
  table <- summary(fit, output = "data.frame", ci = TRUE, fmi = TRUE, scale.W = FALSE)
  list(
    parameters = as.data.frame(table)[, c("lhs", "op", "rhs", "est", "se", "t", "df", "pvalue", "ci.lower", "ci.upper", "riv", "fmi")],
    d2 = as.list(lavTestLRT.mi(fit, test = "D2", pool.robust = TRUE)),
    d2_asymptotic = as.list(lavTestLRT.mi(fit, test = "D2", asymptotic = TRUE, pool.robust = TRUE)),
    measures = as.list(fitMeasures(fit, test = "D2", fit.measures = "all"))
  )
}
write <- function(value, file) writeLines(toJSON(value, digits = NA, auto_unbox = TRUE, na = "null", dataframe = "rows"), file.path(folder, file))
write(list(syntax = model, ml = pooled()), "pooled.json")
# Differences of nested models: D2 of the data sets' own (scaled) differences.
equal <- sub("SAT =~ CUSA1 + CUSA2 + CUSA3", "SAT =~ CUSA1 + m*CUSA2 + m*CUSA3",
  sub("EXP =~ CUEX1 + CUEX2 + CUEX3", "EXP =~ CUEX1 + l*CUEX2 + l*CUEX3", model, fixed = TRUE), fixed = TRUE)
compared <- function(estimator) {
  fits <- lapply(c(model, equal), sem.mi, completed, estimator = estimator)
  difference <- function(...) as.list(lavTestLRT.mi(fits[[2]], h1 = fits[[1]], test = "D2", ...))
  if (estimator == "ML") return(list(standard = difference()))
  methods <- c("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000")
  lapply(setNames(nm = methods), function(method) difference(pool.robust = TRUE, method = method))
}
write(list(larger = model, smaller = equal, ML = compared("ML"), MLR = compared("MLR")), "comparisons.json")
fit <- sem.auxiliary(model, data = incomplete, aux = c("IMAG1", "PERQ1"), missing = "fiml", em.h1.tol = 1e-12)
write(list(
  syntax = model, auxiliary = c("IMAG1", "PERQ1"),
  parameters = as.data.frame(parameterEstimates(fit))[, c("lhs", "op", "rhs", "est", "se")],
  measures = as.list(fitMeasures(fit, c("npar", "chisq", "df", "baseline.chisq", "baseline.df", "cfi", "rmsea", "logl", "unrestricted.logl")))
), "auxiliary.json")
# Auxiliary variables beside observed variables on paths: an observed outcome, and an observed predictor and mediators.
observed <- list(
  outcome = "EXP =~ CUEX1 + CUEX2 + CUEX3\nCUSA1 ~ EXP",
  mediators = "EXP =~ CUEX1 + CUEX2 + CUEX3\nEXP ~ IMAG2\nPERV1 ~ IMAG2 + EXP\nCUSA1 ~ PERV1 + EXP\nIMAG2 ~~ IMAG2",
  means = "EXP =~ CUEX1 + CUEX2 + CUEX3\nPERV1 ~ b*IMAG2\nCUSA1 ~ c*PERV1 + EXP\nEXP ~~ IMAG2\nPERV1 ~ 1\nbc := b*c"
)
write(lapply(observed, function(syntax) {
  aux <- c("IMAG1", "PERQ1")
  fit <- suppressWarnings(sem.auxiliary(syntax, data = incomplete, aux = aux, em.h1.tol = 1e-12))
  list(
    syntax = syntax, auxiliary = aux,
    parameters = as.data.frame(parameterEstimates(fit, standardized = TRUE))[, c("lhs", "op", "rhs", "est", "se", "std.all")],
    r2 = as.list(lavInspect(fit, "r2")),
    implied = lapply(lavInspect(fit, "implied"), as.data.frame),
    residuals = as.data.frame(lavResiduals(fit, type = "raw", se = FALSE, summary = FALSE)$cov),
    measures = as.list(fitMeasures(fit, c("npar", "chisq", "df", "baseline.chisq", "baseline.df", "cfi", "rmsea", "logl", "unrestricted.logl")))
  )
}), "auxiliary_observed.json")
