# The ordered answers of the golden files, from the nine tests of HolzingerSwineford1939: Rscript data.R
#
# hs2, hs3, hs5, hs7: tests cut at quantiles, skewed as satisfaction answers are (few in the low categories of x1..x5,
# few in the high ones of x6..x9); n1..n9 are the tests as they were.  hs5_blank.csv lacks answers by a rule in row numbers.

suppressPackageStartupMessages(library(lavaan))
d <- HolzingerSwineford1939
X <- paste0("x", 1:9)
SHARES <- list(hs2 = .35, hs3 = c(.20, .60), hs5 = c(.08, .20, .42, .75), hs7 = c(.06, .14, .26, .45, .65, .85))
i <- seq_len(nrow(d))
columns <- data.frame(school = as.character(d$school), sex = d$sex, ageyr = d$ageyr, w = 1 + (i %% 5) / 2, c25 = i %% 25, c4 = (i - 1) %/% 4)
cut_at <- function(x, shares, mirrored) {
  # Between two answers that occur, so that no answer lies on a cut.
  values <- sort(unique(x))
  wanted <- quantile(x, if (mirrored) 1 - rev(shares) else shares)
  at <- vapply(wanted, function(q) { k <- max(1, min(length(values) - 1, sum(values <= q))); mean(values[k + 0:1]) }, 0)
  findInterval(x, unique(at)) + 1
}
for (name in names(SHARES)) {
  codes <- as.data.frame(sapply(1:9, function(j) cut_at(d[[X[j]]], pmin(SHARES[[name]] + .01 * j, .93), j > 5)))
  names(codes) <- X
  for (x in X) stopifnot(min(table(codes[[x]], d$school)) > 0, length(unique(codes[[x]])) == length(SHARES[[name]]) + 1)
  more <- if (name == "hs5") setNames(round(d[X], 8), paste0("n", 1:9)) else NULL
  out <- if (is.null(more)) cbind(codes, columns) else cbind(codes, more, columns)
  write.csv(out, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  if (name == "hs5") {
    for (r in i) {
      if (r %% 3 != 0) out[r, X[(7 * r) %% 9 + 1]] <- NA
      if (r %% 10 == 1) out[r, X[(7 * r + 4) %% 9 + 1]] <- NA
    }
    write.csv(out, "hs5_blank.csv", row.names = FALSE, quote = FALSE, na = "")
  }
  if (name == "hs2") {
    # x1 = 1 never meets x2 = 2: one empty cell of a table of four.
    out$x2[out$x1 == 1] <- 1
    write.csv(out, "hs2_empty.csv", row.names = FALSE, quote = FALSE)
  }
}
