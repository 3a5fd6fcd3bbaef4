# Figures of models whose starting values are difficult; Rscript figures.R writes figures.json.
library(lavaan)
faint <- matrix(c(1, .05, -.05, 0, .05, 1, .7, .3, -.05, .7, 1, .3, 0, .3, .3, 1), 4)
dimnames(faint) <- list(c("a", "b", "c", "y"), c("a", "b", "c", "y"))
one <- sem("F =~ 1*b + a + c\ny ~ F", sample.cov = faint, sample.nobs = 300)
path <- subset(standardizedSolution(one), op == "~")$est.std
fixed <- matrix(c(.76, .6, .6, .77), 2)
dimnames(fixed) <- list(c("p", "q"), c("p", "q"))
two <- sem("p ~~ 1*q\np ~~ p\nq ~~ q", sample.cov = fixed, sample.nobs = 300)
line <- function(...) sprintf(...)
writeLines(c("{",
  line('  "faint": {"chisq": %.10f, "std_path": %.10f},', fitMeasures(one, "chisq"), path),
  line('  "fixed": {"p": %.10f, "q": %.10f, "chisq": %.10f}', coef(two)[["p~~p"]], coef(two)[["q~~q"]],
       fitMeasures(two, "chisq")),
  "}"), "figures.json")
