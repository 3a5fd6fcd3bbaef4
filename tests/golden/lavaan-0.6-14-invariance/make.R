# The ladder of measurement invariance of HolzingerSwineford1939 by school, by lavaan 0.6-14: Rscript make.R > ladder.json
# For each level the fit measures, the difference test to the level before, and the univariate score tests of equalities.
suppressPackageStartupMessages(library(lavaan))
stopifnot(as.character(packageVersion("lavaan")) == "0.6.14")
d <- HolzingerSwineford1939
syntax <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
equal <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
              strict = c("loadings", "intercepts", "residuals"),
              means = c("loadings", "intercepts", "residuals", "means"))
num <- function(x) sprintf("%.12g", x)
out <- c()
for (estimator in c("ML", "MLR")) {
  before <- NULL
  for (level in names(equal)) {
    fit <- cfa(syntax, d, group = "school", group.equal = equal[[level]], estimator = estimator)
    m <- fitMeasures(fit)
    pick <- function(a, b) if (a %in% names(m)) m[[a]] else m[[b]]
    v <- list(df = m[["df"]], chisq = pick("chisq.scaled", "chisq"), pvalue = pick("pvalue.scaled", "pvalue"),
              cfi = pick("cfi.robust", "cfi"), rmsea = pick("rmsea.robust", "rmsea"), srmr = m[["srmr"]])
    if (!is.null(before)) {
      t <- lavTestLRT(before, fit)
      v <- c(v, list(chisq_diff = t[["Chisq diff"]][2], pvalue_diff = t[["Pr(>Chisq)"]][2]))
    }
    text <- sprintf('"level": "%s", "estimator": "%s", %s', level, estimator,
                    paste(sprintf('"%s": %s', names(v), sapply(v, num)), collapse = ", "))
    if (estimator == "ML" && level != "configural") {
      s <- lavTestScore(fit, epc = TRUE)$uni
      pt <- parTable(fit)
      at <- match(s$lhs, pt$plabel)
      name <- paste(pt$lhs[at], pt$op[at], pt$rhs[at])
      text <- sprintf('%s, "tests": {%s}', text, paste(sprintf('"%s": %s', name, num(s$X2)), collapse = ", "))
    }
    if (level == "strict") {
      pt <- parTable(fit)
      own <- pt[pt$op == "~1" & pt$lhs %in% c("visual", "textual", "speed") & pt$group == 2, ]
      text <- sprintf('%s, "means": {%s}', text,
                      paste(sprintf('"%s": [%s, %s]', own$lhs, num(own$est), num(own$se)), collapse = ", "))
    }
    out <- c(out, sprintf("  {%s}", text))
    before <- fit
  }
}
cat("[\n", paste(out, collapse = ",\n"), "\n]\n", sep = "")
