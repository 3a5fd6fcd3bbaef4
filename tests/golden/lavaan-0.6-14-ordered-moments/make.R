# Moments of ordered and numeric items and their covariance Gamma by lavaan, of simulated answers in answers.csv.
# Run in this folder: Rscript make.R
suppressMessages({library(lavaan); library(jsonlite)})

# lavaan's searches for a correlation stop where the likelihood changes by 1e-10 relatively. Its own scores are then
# solved for their root next to what was found; not where a cell of a two by two table is empty and lavaan fills it.
polished <- function(kind) {
  name <- paste0("lav_bv", kind, "_cor_twostep_fit"); search <- getFromNamespace(name, "lavaan")
  scores <- getFromNamespace(paste0("lav_bv", kind, "_cor_scores"), "lavaan")
  assignInNamespace(name, function(fit.y1, fit.y2, wt = NULL, ...) {
    rho <- search(fit.y1 = fit.y1, fit.y2 = fit.y2, wt = wt, ...)
    if (kind == "ord" && is.null(fit.y1$X) && all(dim(table(fit.y1$y, fit.y2$y)) == 2) && any(table(fit.y1$y, fit.y2$y) == 0)) return(rho)
    slope <- function(x) sum(scores(rho = x, fit.y1 = fit.y1, fit.y2 = fit.y2, wt = wt)$dx.rho, na.rm = TRUE)
    # uniroot stops at its tolerance: a last Newton step from there.
    x <- uniroot(slope, as.vector(rho) + c(-1e-3, 1e-3), tol = 1e-14, extendInt = "yes")$root
    rho[] <- x - slope(x) * 2e-5 / (slope(x + 1e-5) - slope(x - 1e-5))
    rho
  }, "lavaan")
}
for (kind in c("ord", "mix", "reg")) polished(kind)

set.seed(20261130)
n <- 400
x1 <- round(rnorm(n), 2); x2 <- rbinom(n, 1, .4)
f <- .4 * x1 - .5 * x2 + rnorm(n)
latent <- sapply(c(.8, .7, .6, .75, .65, .7, .5), function(l) l * f + sqrt(1 - l^2) * rnorm(n))
cut <- function(y, at) findInterval(y, at) + 1
answers <- data.frame(
  y1 = cut(latent[, 1], c(-1.2, -.4, .5, 1.3)), y2 = cut(latent[, 2], c(-.8, 0, .9)), y3 = cut(latent[, 3], .3),
  y4 = cut(latent[, 4], -.5), y5 = cut(latent[, 5], c(-.3, .8)), u1 = round(5 + 2 * latent[, 6], 1),
  u2 = round(exp(.5 * latent[, 7]), 2), x1, x2, school = c("b", "a")[1 + (runif(n) < .45)], w = round(runif(n, .3, 2.5), 2))
answers$rare <- 1 + (answers$y3 == 2 & latent[, 1] > 1.2)
write.csv(answers, "answers.csv", row.names = FALSE, quote = FALSE)
holes <- answers
for (name in c("y1", "y2", "y3", "y5", "u1", "u2")) holes[[name]][runif(n) < .08] <- NA
write.csv(holes, "holes.csv", row.names = FALSE, quote = FALSE, na = "")

record <- function(items, ordered, data = answers, covariates = character(), ...) {
  syntax <- paste("f =~", paste(items, collapse = " + "))
  if (length(covariates)) syntax <- paste0(syntax, "\nf ~ ", paste(covariates, collapse = " + "))
  fit <- suppressWarnings(cfa(syntax, data, ordered = ordered, estimator = "WLSMV", do.fit = FALSE, ...))
  moments <- lavInspect(fit, "sampstat"); gamma <- lavInspect(fit, "gamma")
  if (lavInspect(fit, "ngroups") == 1) { moments <- list(moments); gamma <- list(gamma) }
  list(items = items, ordered = ordered, covariates = covariates, groups = lavInspect(fit, "group.label"),
       n = as.vector(lavInspect(fit, "nobs")), moments = unname(lapply(moments, lapply, function(x) unname(unclass(x)))),
       gamma = unname(lapply(gamma, function(x) unname(unclass(x)))), names = rownames(gamma[[1]]),
       wls = unname(lapply(fit@SampleStats@WLS.obs, as.vector)))
}
five <- paste0("y", 1:5)
mixed <- c("y1", "u1", "y3", "u2", "y5"); some <- c("y1", "y3", "y5")
cases <- list(
  ordered = record(five, five),
  weighted = record(five, five, sampling.weights = "w"),
  groups = record(five, five, group = "school"),
  groups_weighted = record(five, five, group = "school", sampling.weights = "w"),
  empty_cell = record(c("y1", "y3", "rare"), c("y1", "y3", "rare")),
  empty_cell_weighted = record(c("y1", "y3", "rare"), c("y1", "y3", "rare"), sampling.weights = "w"),
  mixed = record(mixed, some),
  mixed_weighted = record(mixed, some, sampling.weights = "w"),
  mixed_groups = record(mixed, some, group = "school", sampling.weights = "w"),
  pairwise = record(five, five, holes, missing = "pairwise"),
  pairwise_weighted = record(five, five, holes, missing = "pairwise", sampling.weights = "w"),
  pairwise_mixed = record(mixed, some, holes, missing = "pairwise"),
  listwise = record(mixed, some, holes),
  conditional_ordered = record(five, five, covariates = c("x1", "x2")),
  conditional = record(mixed, some, covariates = c("x1", "x2")),
  conditional_weighted = record(mixed, some, covariates = c("x1", "x2"), sampling.weights = "w"),
  conditional_groups = record(mixed, some, covariates = "x1", group = "school"),
  conditional_pairwise = record(mixed, some, holes, covariates = c("x1", "x2"), missing = "pairwise"),
  pairwise_mixed_weighted = record(mixed, some, holes, missing = "pairwise", sampling.weights = "w"),
  pairwise_groups_weighted = record(five, five, holes, missing = "pairwise", group = "school", sampling.weights = "w"),
  conditional_ordered_weighted = record(five, five, covariates = "x1", sampling.weights = "w"))
write(toJSON(c(list(lavaan = as.character(packageVersion("lavaan"))), list(cases = cases)), digits = 12), "figures.json")
str(cases$conditional$moments, max.level = 2); print(cases$mixed$names); print(cases$conditional$names)
