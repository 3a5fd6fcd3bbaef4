# Cumulated shares of answers and their covariance under sampling designs, by survey.
# Run in this folder: Rscript make.R
suppressMessages({library(survey); library(jsonlite)})
answers <- read.csv("../lavaan-0.6-14-ordered-moments/answers.csv")
answers$store <- (seq_len(400) - 1) %/% 5
answers$region <- answers$store %% 3
for (k in 1:4) answers[[paste0("a", k)]] <- as.numeric(answers$y1 <= k)
for (k in 1:2) answers[[paste0("b", k)]] <- as.numeric(answers$y5 <= k)
designs <- list(
  clusters = svydesign(~store, data = answers, weights = ~1),
  strata = svydesign(~store, strata = ~region, data = answers, weights = ~w),
  rows_in_strata = svydesign(~1, strata = ~region, data = answers, weights = ~w))
figures <- lapply(designs, function(design) {
  shares <- svymean(~a1 + a2 + a3 + a4 + b1 + b2, design)
  list(shares = as.vector(coef(shares)), cov = unname(unclass(vcov(shares))), degrees = degf(design))
})
write(toJSON(figures, digits = 16, auto_unbox = TRUE), "figures.json")
