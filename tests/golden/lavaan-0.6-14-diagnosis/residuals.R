# Residuals in standard errors of lavaan 0.6-14's default runs (five digits): Rscript residuals.R --mobi mobi.csv
suppressMessages({library(lavaan); library(jsonlite)})
arguments <- commandArgs(TRUE)
mobi <- read.csv(arguments[which(arguments == "--mobi") + 1])
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
model <- fromJSON(file.path(folder, "..", "semtools-0.5.6", "pooled.json"))$syntax
mobi$half <- rep(c("a", "b"), 125)
lower <- function(m) { m[upper.tri(m)] <- t(m)[upper.tri(m)]; unclass(m) }
take <- function(label, ...) {
  fit <- sem(model, mobi, ...)
  pick <- function(type) {
    r <- residuals(fit, type = type)
    if (is.null(r$cov)) r <- r[[2]]
    list(names = rownames(r$cov), cov = lower(r$cov))
  }
  list(normalized = pick("normalized"), standardized = pick("standardized"))
}
found <- list(
  syntax = model,
  ML = take(), MLR = take(estimator = "MLR"), MLM = take(estimator = "MLM"), GLS = take(estimator = "GLS"),
  means = take(meanstructure = TRUE), second_group = take(group = "half")
)
writeLines(toJSON(found, digits = 10, auto_unbox = TRUE, na = "null"), file.path(folder, "residuals", "mobi_small.json"))
