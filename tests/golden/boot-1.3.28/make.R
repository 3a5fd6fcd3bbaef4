# Golden bootstrap intervals, made with R 4.2.2 and its package boot 1.3-28.1:   Rscript make.R [DIR]
#
# A skewed statistic, the ratio of two means of 30 rows, with boot's own draws and infinitesimal jackknife; percentile,
# normal and BCa intervals from the draws and the influence values that are written beside them.  199 draws are few, so
# that interpolation between order statistics matters.

library(boot)
folder <- commandArgs(TRUE)
file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
if (length(folder) == 0) folder <- dirname(normalizePath(file))

set.seed(20240917)
data <- data.frame(x = rexp(30), y = 1 + rexp(30))
ratio <- function(d, w) sum(d$x * w) / sum(d$y * w)
b <- boot(data, ratio, R = 199, stype = "w")
influence <- empinf(b)
influence <- influence - mean(influence)  # finite differences leave a mean of 1e-4

number <- function(v) paste0("[", paste(sprintf("%.17g", v), collapse = ", "), "]")
interval <- function(kind, level) {
  found <- suppressWarnings(boot.ci(b, conf = level, type = kind, L = influence))
  ends <- tail(as.numeric(found[[c(norm = "normal", perc = "percent", bca = "bca")[kind]]]), 2)
  sprintf("  {\"kind\": \"%s\", \"level\": %g, \"ends\": %s}",
    c(norm = "normal", perc = "percentile", bca = "bca")[kind], level, number(ends))
}
cases <- expand.grid(kind = c("norm", "perc", "bca"), level = c(.5, .8, .9, .95), stringsAsFactors = FALSE)
writeLines(c("{",
  sprintf(" \"version\": \"boot 1.3-28.1\", \"estimate\": %.17g,", b$t0),
  sprintf(" \"se\": %.17g,", sd(b$t)),
  sprintf(" \"draws\": %s,", number(b$t)),
  sprintf(" \"influence\": %s,", number(influence)),
  " \"intervals\": [",
  paste(mapply(interval, cases$kind, cases$level), collapse = ",\n"),
  " ]", "}"), file.path(folder, "ratio.json"))
