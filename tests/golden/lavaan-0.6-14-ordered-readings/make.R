# Figures read off fits of ordered answers: residuals in standard errors (lavaan 0.6-14), scores of ten Berge (psych 2.2.9).
#
#   Rscript make.R   in this folder; data and models of ../lavaan-0.6-14-ordered
suppressPackageStartupMessages({library(lavaan); library(jsonlite); library(psych)})
stopifnot(packageVersion("lavaan") == "0.6.14", packageVersion("psych") == "2.2.9")
folder <- "../lavaan-0.6-14-ordered"
data <- read.csv(file.path(folder, "hs5.csv"))
figures <- function(name) {
  case <- fromJSON(file.path(folder, paste0(name, ".json")))
  call <- case$call[setdiff(names(case$call), "function")]
  fit <- do.call("sem", c(list(model = case$syntax, data = data), call))
  blocks <- function(type) {
    found <- resid(fit, type = type)
    if (lavInspect(fit, "ngroups") == 1L) found <- list(found)
    lapply(unname(found), function(block) {
      cov <- if (is.null(block$cov)) block$res.cov else block$cov
      list(names = rownames(cov), values = unname(unclass(cov)))
    })
  }
  list(case = name, groups = as.character(lavInspect(fit, "group.label")), normalized = blocks("normalized"), standardized = blocks("standardized"))
}
residuals <- lapply(c("points5_wlsmv", "points5_ulsmv", "points5_wls", "theta5_wlsmv", "group_scalar_delta_wlsmv"), figures)

# Three correlated factors of the nine tests as they were, by maximum likelihood, as loadings and correlations for psych.
tests <- data[paste0("n", 1:9)]
fit <- sem("visual =~ n1 + n2 + n3\ntextual =~ n4 + n5 + n6\nspeed =~ n7 + n8 + n9", tests)
standard <- lavInspect(fit, "std.all")
scores <- factor.scores(tests, unclass(standard$lambda) * sqrt(diag(fitted(fit)$cov)) / sqrt(diag(cov(tests) * 300 / 301)),
  Phi = unclass(standard$psi), method = "tenBerge")$scores
writeLines(toJSON(list(residuals = residuals, ten_berge = unname(scores[1:20, ])), digits = I(12), auto_unbox = TRUE, na = "null"), "figures.json")
