# Polychoric correlations by lavaan (two steps) and ordinal alpha of them by psych, of integer answers in answers.csv.
# Run in this folder: Rscript make.R
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
set.seed(20261125)
n <- 300
f <- rnorm(n)
loading <- c(.8, .7, .6, .75)
cuts <- list(c(-1.2, -.4, .5, 1.3), c(-.8, 0, .9), c(-1.5, -.7, -.2, .4, 1.1), c(-.3, .8))
answers <- as.data.frame(sapply(1:4, function(j) {
  y <- loading[j] * f + sqrt(1 - loading[j]^2) * rnorm(n)
  findInterval(y, cuts[[j]]) + 1
}))
names(answers) <- paste0("y", 1:4)
write.csv(answers, "answers.csv", row.names = FALSE)
R <- unclass(lavCor(answers, ordered = names(answers), se = "none", output = "cor"))
a <- suppressWarnings(alpha(R))$total$raw_alpha
# Covariance of the correlations by Muthen (1984), and the error of alpha by the delta method.
fit <- lavCor(answers, ordered = names(answers), se = "robust.sem", output = "fit")
free <- parTable(fit); at <- free$free[free$op == "~~" & free$lhs != free$rhs]
V <- lavInspect(fit, "vcov")[at, at]
p <- 4; slope <- p / (p - 1) * 2 * p / sum(R)^2
write(toJSON(list(lavaan = as.character(packageVersion("lavaan")), psych = as.character(packageVersion("psych")),
                  correlations = R, alpha = a, vcov = unname(unclass(V)), alpha_se = slope * sqrt(sum(V))), digits = 12, auto_unbox = TRUE), "figures.json")
