# Post-stratified and raked weights of R's survey for its own api samples, and of a stratified one with three margins.
# Run in this folder: Rscript make.R
suppressMessages({library(survey); library(jsonlite)})
data(api)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
stype <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
post <- postStratify(clus1, ~stype, stype)
raked <- rake(clus1, list(~stype, ~sch.wide), list(stype, wide), control = list(epsilon = 1e-10, maxit = 500))
comp <- data.frame(comp.imp = c("No", "Yes"), Freq = c(2000, 4194))
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
three <- rake(strat, list(~stype, ~sch.wide, ~comp.imp), list(stype, wide, comp), control = list(epsilon = 1e-10, maxit = 500))
write(toJSON(list(survey = as.character(packageVersion("survey")), post = weights(post), raked = weights(raked),
  three = weights(three)), digits = 15, auto_unbox = TRUE), "weights.json")
