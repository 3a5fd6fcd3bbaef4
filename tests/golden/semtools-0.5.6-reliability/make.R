# Golden reliability and discriminant validity, made with R, semTools 0.5-6 and psych 2.2.9.
#
#   Rscript make.R
#
# Two samples enter by their covariances: nine tests of HolzingerSwineford1939 (lavaan), and the mobile-phone answers
# as ../../../src/csisem/datasets has them, read by Python.  See README.md.

suppressMessages({library(lavaan); library(semTools); library(psych); library(jsonlite)})
file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- dirname(normalizePath(file))
python <- Sys.getenv("PYTHON", "python")
code <- "import csisem as cs, json; m = cs.datasets.mobile_phone(); print(json.dumps(dict(items=m.items, cov=(m.cov*250/249).tolist())))"
read <- fromJSON(system2(python, c("-c", shQuote(code)), stdout = TRUE))
mobi <- read$cov
dimnames(mobi) <- list(read$items, read$items)

CASES <- list(
  abilities = list(n = 301, cov = cov(HolzingerSwineford1939[paste0("x", 1:9)]), model = "
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    x7 ~~ x8"),
  mobi = list(n = 250, cov = mobi, model = "
    EXP =~ CUEX1 + CUEX2 + CUEX3
    VAL =~ PERV1 + PERV2
    SAT =~ CUSA1 + CUSA2 + CUSA3
    LOY =~ CUSL1 + CUSL3
    VAL ~ EXP
    SAT ~ EXP + VAL
    LOY ~ SAT")
)

one <- function(case) {
  S <- case$cov[lavNames(lavaanify(case$model), "ov"), lavNames(lavaanify(case$model), "ov")]
  fit <- sem(case$model, sample.cov = S, sample.nobs = case$n)
  # Of correlations, loadings are standardised, and what is made of them is.
  scaled <- sem(case$model, sample.cov = cov2cor(S), sample.nobs = case$n)
  blocks <- split(parTable(fit)$rhs[parTable(fit)$op == "=~"], parTable(fit)$lhs[parTable(fit)$op == "=~"])
  alphas <- sapply(blocks, function(b) {
    a <- suppressWarnings(suppressMessages(alpha(S[b, b], warnings = FALSE)))$total
    c(raw = a$raw_alpha, std = a$std.alpha)
  })
  htmts <- lapply(list(htmt = FALSE, htmt2 = TRUE), function(two) {
    m <- as.matrix(htmt(case$model, sample.cov = S, htmt2 = two))
    m[upper.tri(m)] <- t(m)[upper.tri(m)]
    as.data.frame(unclass(m))
  })
  list(
    n = case$n, model = case$model, items = rownames(S), cov = unname(S),
    alpha = as.list(alphas["raw", ]), alpha_std = as.list(alphas["std", ]),
    omega = as.list(unlist(compRelSEM(fit, obs.var = FALSE, return.df = FALSE))),
    ave = as.list(AVE(scaled, obs.var = FALSE, return.df = FALSE)),
    rho_c = as.list(unlist(compRelSEM(scaled, obs.var = FALSE, return.df = FALSE))),
    htmt = htmts$htmt, htmt2 = htmts$htmt2
  )
}
found <- lapply(CASES, one)
writeLines(toJSON(found, digits = 15, auto_unbox = TRUE, pretty = TRUE), file.path(folder, "reliability.json"))
