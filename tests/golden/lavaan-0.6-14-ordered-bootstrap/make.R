# Golden bootstrap figures of ordered answers, made with R 4.2.2 and lavaan 0.6-14: Rscript make.R (about five minutes)
#
# Replicates whose rows a rule names (see ../lavaan-0.6-14-bootstrap/README.md), and 500 draws of bootstrapLavaan.

suppressMessages(library(lavaan))
library(jsonlite)
file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(file))
data <- read.csv(file.path(folder, "..", "lavaan-0.6-14-ordered", "hs3.csv"))
items <- paste0("x", 1:9)
syntax <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\nspeed ~ visual + textual\nvisual ~~ textual"

drawn <- function(b, n) {
  x <- numeric(n)
  last <- b
  for (k in seq_len(n)) {
    last <- (16807 * last) %% 2147483647
    x[k] <- last
  }
  x %% n + 1
}

fit <- function(rows, ...) sem(syntax, rows, ordered = items, estimator = "WLSMV", ...)
names_of <- function(f) {
  p <- parTable(f)
  p <- p[p$free > 0, ]
  paste(p$lhs, p$op, p$rhs)
}
whole <- fit(data)
replicates <- lapply(1:2, function(b) {
  f <- fit(data[drawn(b, nrow(data)), ])
  list(b = b, est = coef(f), chisq = f@test[[1]]$stat)
})
set.seed(1)
draws <- bootstrapLavaan(whole, R = 500L, FUN = "coef")
out <- list(
  syntax = syntax, names = names_of(whole), n = nrow(data),
  replicates = lapply(replicates, function(r) list(b = r$b, est = unname(r$est), chisq = r$chisq)),
  draws = nrow(draws), sd = unname(apply(draws, 2, sd, na.rm = TRUE)),
  median = unname(apply(draws, 2, median, na.rm = TRUE))
)
write_json(out, file.path(folder, "lavaan.json"), auto_unbox = TRUE, digits = 14, pretty = TRUE)
