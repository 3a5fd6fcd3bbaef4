# Wald tests by lavaan 0.6-14 and, of completed data sets, by semTools 0.5-6: Rscript make.R > wald.json
# Data: HolzingerSwineford1939 of lavaan. Completed data sets are made here: every 4th, 7th and 11th answer of x2, x5
# and x8 is moved by sin(row * set). The optimiser is at its defaults.
suppressPackageStartupMessages({library(lavaan); library(semTools)})
stopifnot(as.character(packageVersion("lavaan")) == "0.6.14")
data(HolzingerSwineford1939)
d <- HolzingerSwineford1939
syntax <- "
  visual =~ x1 + l2*x2 + l3*x3
  textual =~ x4 + l5*x5 + l6*x6
  speed =~ x7 + l8*x8 + l9*x9
  textual ~ a*visual
  speed ~ b*visual + c*textual
  ab := a*c
"
tests <- c("b == c", "l2 == l3; l5 == l6; l8 == l9", "a*b == c^2", "ab == 0.1; b == 0.5")
line <- function(name, t, extra = NULL) {
  values <- c(list(name = name), lapply(t, as.numeric), extra)
  body <- sapply(names(values), function(k) {
    v <- values[[k]]
    sprintf('"%s": %s', k, if (is.character(v)) sprintf('"%s"', v) else sprintf("%.15g", v))
  })
  sprintf("  {%s}", paste(body, collapse = ", "))
}
out <- c()
for (estimator in c("ML", "MLR")) {
  fit <- sem(syntax, d, estimator = estimator)
  for (h in tests) {
    w <- lavTestWald(fit, gsub("; ", "\n", h))
    out <- c(out, line("wald", list(stat = w$stat, df = w$df, p.value = w$p.value), list(estimator = estimator, test = h)))
  }
}
sets <- lapply(1:4, function(m) {
  one <- d
  for (k in 1:3) {
    rows <- seq(1, nrow(d), by = c(4, 7, 11)[k])
    item <- c("x2", "x5", "x8")[k]
    one[rows, item] <- one[rows, item] + sin(rows * m)
  }
  one
})
fit <- sem.mi(syntax, sets)
# semTools scales the covariance within by the increase of variance averaged over all parameters; Li, Raghunathan and
# Rubin (1991) average it over the hypotheses tested. F is theirs, from semTools' pooled estimates; df2 is semTools'.
coefficients <- getMethod("coef", "lavaan.mi")(fit)
within <- getMethod("vcov", "lavaan.mi")(fit, type = "within")
for (h in tests[c(1, 2)]) {
  w <- lavTestWald.mi(fit, gsub("; ", "\n", h), test = "D1")
  sides <- strsplit(strsplit(h, "; ")[[1]], " == ")
  jacobian <- t(sapply(sides, function(s) (names(coefficients) == s[1]) - (names(coefficients) == s[2])))
  r <- jacobian %*% coefficients
  f <- drop(t(r) %*% solve(jacobian %*% within %*% t(jacobian)) %*% r) / nrow(jacobian) / (1 + w[["ariv"]])
  out <- c(out, line("d1", list(f = f, df1 = w[["df1"]], df2 = w[["df2"]]), list(test = h)))
}
cat("[\n", paste(out, collapse = ",\n"), "\n]\n", sep = "")
