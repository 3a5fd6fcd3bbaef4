# Figures of models whose starting values matter; Rscript figures.R writes figures.json.
# two_minima.csv holds the covariances of benchmarks/minima.py's model 136.
library(lavaan)
faint <- matrix(c(1, .05, -.05, 0, .05, 1, .7, .3, -.05, .7, 1, .3, 0, .3, .3, 1), 4)
dimnames(faint) <- list(c("a", "b", "c", "y"), c("a", "b", "c", "y"))
one <- sem("F =~ 1*b + a + c\ny ~ F", sample.cov = faint, sample.nobs = 300)
path <- subset(standardizedSolution(one), op == "~")$est.std
fixed <- matrix(c(.76, .6, .6, .77), 2)
dimnames(fixed) <- list(c("p", "q"), c("p", "q"))
two <- sem("p ~~ 1*q\np ~~ p\nq ~~ q", sample.cov = fixed, sample.nobs = 300)
cov <- as.matrix(read.csv("two_minima.csv"))
rownames(cov) <- colnames(cov)
paths <- "F0 =~ x0 + x1 + x2\nF3 =~ x10 + x11 + x12\n"
own <- "F1 =~ x3 + x4 + x5 + x6\nF2 =~ x7 + x8 + x9\nF1 ~ F0\nF2 ~ F1\nF3 ~ F1 + F2"
lower <- "F1 =~ x3 + start(-6.11)*x4 + start(9.17)*x5 + start(11.62)*x6
F2 =~ x7 + start(.81)*x8 + start(2.87)*x9\nF1 ~ start(.05)*F0\nF2 ~ start(15.4)*F1\nF1 ~~ start(.002)*F1
F2 ~~ start(.14)*F2\nF3 ~ start(4.57)*F1 + start(-.04)*F2"
gls <- function(text) sem(paste0(paths, text), sample.cov = cov, sample.nobs = 300, estimator = "GLS")
first <- gls(own)
best <- gls(lower)
line <- function(...) sprintf(...)
writeLines(c("{",
  line('  "faint": {"chisq": %.10f, "std_path": %.10f},', fitMeasures(one, "chisq"), path),
  line('  "fixed": {"p": %.10f, "q": %.10f, "chisq": %.10f},', coef(two)[["p~~p"]], coef(two)[["q~~q"]],
       fitMeasures(two, "chisq")),
  line('  "two_minima": {"default": %.10f, "lower": %.10f}', fitMeasures(first, "chisq"),
       fitMeasures(best, "chisq")),
  "}"), "figures.json")
