# Comparisons of strata by R's stats and survey, on survey's api samples. Run in this folder: Rscript make.R
suppressMessages({library(survey); library(jsonlite)})
data(api)
test <- function(x) list(statistic = unname(x$statistic), parameter = unname(x$parameter), p = x$p.value)
wald <- function(model, term) { r <- regTermTest(model, term, method = "Wald"); list(F = as.numeric(r$Ftest), df = r$df, ddf = r$ddf, p = as.numeric(r$p)) }
d <- apistrat
d$stype <- factor(d$stype)
centre <- ave(d$api00, d$stype, FUN = median)
middle <- ave(d$api00, d$stype, FUN = mean)
one <- anova(lm(api00 ~ stype, d))
lev <- anova(lm(abs(api00 - middle) ~ stype, d))
bf <- anova(lm(abs(api00 - centre) ~ stype, d))
tukey <- TukeyHSD(aov(api00 ~ stype, d))$stype
awards <- svydesign(id = ~1, strata = ~awards, weights = ~pw, data = d)
clus <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
# Weighted medians by stype: the value at which half of the weight is reached, or its mean with the next one.
lower <- function(x, w) {
  o <- order(x); half <- sum(w) / 2; reached <- cumsum(w[o]); i <- which(reached >= half * (1 - 1e-10))[1]
  if (reached[i] <= half * (1 + 1e-10)) (x[o][i] + x[o][i + 1]) / 2 else x[o][i]
}
for (name in c("awards", "clus")) {
  f <- get(name)$variables
  m <- sapply(split(f, f$stype), function(x) lower(x$api00, x$pw))
  f$far <- abs(f$api00 - m[as.character(f$stype)])
  assign(name, do.call(update, list(get(name), far = f$far)))
}
contr <- function(x) { contrasts(x) <- contr.sum(nlevels(x)); x }
two <- update(awards, a = contr(factor(stype)), b = contr(factor(sch.wide)))
design <- function(x) {
  by <- svyby(~api00, ~stype, x, svymean)
  pairs <- list()
  model <- svyglm(api00 ~ stype, x)
  list(means = by$api00, se = by$se, labels = as.character(by$stype), wald = wald(model, ~stype),
       far = wald(svyglm(far ~ stype, x), ~stype), degf = degf(x))
}
both <- svyglm(api00 ~ a * b, two)
rows <- transform(d, a = contr(factor(stype)), b = contr(factor(sch.wide)))
third <- drop1(lm(api00 ~ a * b, rows), ~., test = "F")[-1, ]
games <- combn(levels(d$stype), 2, function(x) {
  own <- split(d$api00, d$stype)[x]; v <- sapply(own, var) / lengths(own); se <- sqrt(sum(v)); df <- sum(v)^2 / sum(v^2 / (lengths(own) - 1))
  gap <- diff(sapply(own, mean)); half <- qtukey(0.95, nlevels(d$stype), df) / sqrt(2) * se
  list(pair = x, diff = unname(gap), se = se, df = df, p = unname(ptukey(sqrt(2) * abs(gap) / se, nlevels(d$stype), df, lower.tail = FALSE)), half = half)
}, simplify = FALSE)
write(toJSON(list(
  classical = list(F = one$F[1], df = one$Df, p = one$`Pr(>F)`[1]), welch = test(oneway.test(api00 ~ stype, d)),
  kruskal = test(kruskal.test(api00 ~ stype, d)), bartlett = test(bartlett.test(api00 ~ stype, d)),
  fligner = test(fligner.test(api00 ~ stype, d)), levene = list(F = lev$F[1], p = lev$`Pr(>F)`[1]),
  brown_forsythe = list(F = bf$F[1], p = bf$`Pr(>F)`[1]),
  tukey = list(pairs = rownames(tukey), diff = tukey[, 1], lower = tukey[, 2], upper = tukey[, 3], p = tukey[, 4]),
  awards = design(awards), clus = design(clus),
  two = list(a = wald(both, ~a), b = wald(both, ~b), ab = wald(both, ~a:b)),
  third = list(F = third$`F value`, df = third$Df, p = third$`Pr(>F)`, residual = df.residual(lm(api00 ~ a * b, rows))), games = games,
  holm = p.adjust(c(.01, .04, .03, .005, .2), "holm"), fdr = p.adjust(c(.01, .04, .03, .005, .2), "BH")
), digits = 14, auto_unbox = TRUE), "figures.json")
