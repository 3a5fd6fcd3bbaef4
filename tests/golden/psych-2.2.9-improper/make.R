# Improper solutions, reversed items and tests without a result, by R's psych and stats, from rows.csv.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(jsonlite)})
rows <- read.csv("rows.csv")
caught <- character()
heard <- function(expr) withCallingHandlers(expr, warning = function(w) {
  caught <<- c(caught, conditionMessage(w)); invokeRestart("muffleWarning")
})
heywood <- c("a", "b", "c", "d", "mean")
efa <- lapply(c(minres = "minres", ml = "ml"), function(fm) {
  caught <<- character()
  found <- heard(fa(cor(rows[heywood]), nfactors = 1, fm = fm, rotate = "none", n.obs = nrow(rows)))
  list(communality = as.list(found$communality), warnings = caught)
})
reversed <- lapply(list(one = c("a", "b", "c", "e"), two = c("a", "b", "e", "f")), function(items) {
  caught <<- character()
  invisible(capture.output(plain <- heard(alpha(rows[items]))))
  said <- caught
  turned <- heard(alpha(rows[items], check.keys = TRUE))
  list(items = items, alpha = plain$total$raw_alpha, turned = turned$total$raw_alpha,
       keys = as.list(turned$keys), warnings = said)
})
ratings <- matrix(c(1, 2, 3, 4, 4, 3, 2, 1, 2, 3, 2, 3), 4)
icc <- ICC(ratings, lmer = FALSE)$results
welch <- oneway.test(flat ~ g, rows)
classical <- oneway.test(flat ~ g, rows, var.equal = TRUE)
kruskal <- kruskal.test(flat ~ g, rows)
bartlett <- bartlett.test(flat ~ g, rows)
test <- function(found) list(statistic = unname(found$statistic), parameter = unname(found$parameter),
                             pvalue = unname(found$p.value))
write(toJSON(list(
  psych = as.character(packageVersion("psych")), R = R.version.string, efa = efa, reversed = reversed,
  ratings = ratings, icc = list(type = icc$type, ICC = icc$ICC, lower = icc[["lower bound"]], upper = icc[["upper bound"]]),
  welch = test(welch), classical = test(classical), kruskal = test(kruskal), bartlett = test(bartlett)
), digits = 12, auto_unbox = TRUE, na = "string"), "figures.json")
