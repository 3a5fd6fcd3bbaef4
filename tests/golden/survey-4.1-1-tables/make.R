# Tables, shares, paired differences and discriminants by R's stats, survey and MASS. Run in this folder: Rscript make.R
suppressMessages({library(survey); library(MASS); library(jsonlite)})
data(api)
write.csv(housing, "../../../src/csisem/datasets/housing.csv", row.names = FALSE, quote = FALSE)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
awards <- svydesign(id = ~1, strata = ~awards, weights = ~pw, data = apistrat)
clus <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
chi <- function(f, d) {
  one <- svychisq(f, d, statistic = "Chisq"); two <- svychisq(f, d, statistic = "F"); wald <- svychisq(f, d, statistic = "Wald")
  list(first = list(statistic = unname(one$statistic), p = unname(one$p.value)),
       second = list(statistic = unname(two$statistic), df1 = unname(two$parameter[1]), df2 = unname(two$parameter[2]), p = unname(two$p.value)),
       wald = list(statistic = as.numeric(wald$statistic), df1 = unname(wald$parameter[1]), df2 = unname(wald$parameter[2]), p = as.numeric(wald$p.value)))
}
plain <- function(t) {
  x <- chisq.test(t, correct = FALSE); e <- x$expected
  list(counts = unclass(t), pearson = unname(x$statistic), df = unname(x$parameter), p = x$p.value, lr = 2 * sum(ifelse(t > 0, t * log(t / e), 0)),
       residuals = unclass(x$stdres), cramer = unname(sqrt(x$statistic / sum(t) / (min(dim(t)) - 1))))
}
tab <- function(f) unname(unclass(xtabs(f, housing)))
small <- matrix(c(3, 1, 2, 0, 4, 5, 1, 2, 6), 3)
share <- function(f, d) { m <- svymean(f, d); list(mean = unname(coef(m)), se = unname(SE(m)), low = unname(confint(m, df = degf(d))[, 1]), high = unname(confint(m, df = degf(d))[, 2])) }
paired <- function(d) { t <- svyttest(I(api00 - api99) ~ 1, d); list(estimate = unname(t$estimate), t = unname(t$statistic), df = unname(t$parameter), p = t$p.value) }
by <- svyby(~I(api00 >= 700), ~stype, strat, svymean)
classic <- t.test(apistrat$api00, apistrat$api99, paired = TRUE)
wilcoxon <- wilcox.test(apistrat$api00, apistrat$api99, paired = TRUE)
x <- c("meals", "ell", "mobility", "enroll")
d <- apistrat
high <- factor(d$api00 >= 700, labels = c("no", "yes"))
fit <- lda(d[, x], high)
cv <- lda(d[, x], high, CV = TRUE)
correlation <- cor.test(apistrat$api00, apistrat$meals)
svycor <- cov2cor(as.matrix(svyvar(~api00 + meals, awards)))[1, 2]
spearman <- cor.test(apistrat$api00, apistrat$meals, method = "spearman")
shapiro <- shapiro.test(apistrat$api00)
write(toJSON(list(
  versions = list(survey = as.character(packageVersion("survey")), MASS = as.character(packageVersion("MASS"))),
  strat = chi(~sch.wide + comp.imp, strat), awards = chi(~stype + sch.wide, awards), clus = chi(~stype + awards, clus), type = chi(~comp.imp + stype, awards),
  housing = list(type = plain(tab(Freq ~ Sat + Type)), infl = plain(tab(Freq ~ Sat + Infl)), cont = plain(tab(Freq ~ Sat + Cont))),
  small = plain(small),
  shares = share(~stype, awards), by = list(labels = as.character(by$stype), mean = by[[3]], se = by[[5]]),
  paired = list(awards = paired(awards), clus = paired(clus), plain = list(estimate = unname(classic$estimate), t = unname(classic$statistic), df = unname(classic$parameter), p = classic$p.value), wilcoxon = wilcoxon$p.value),
  lda = list(items = x, n = nrow(d), scaling = unname(fit$scaling[, 1]), means = unname(fit$means), cv = mean(cv$class == high), plain = mean(predict(fit)$class == high)),
  correlation = list(r = unname(correlation$estimate), low = correlation$conf.int[1], high = correlation$conf.int[2], p = correlation$p.value, weighted = unname(svycor), spearman = unname(spearman$estimate)),
  shapiro = list(W = unname(shapiro$statistic), p = shapiro$p.value)
), digits = 14, auto_unbox = TRUE), "figures.json")
