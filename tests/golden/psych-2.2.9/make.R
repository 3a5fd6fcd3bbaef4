# Reliability, factorability and factor analysis by psych and semTools, from the moments of the mobile-phone survey.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(lavaan); library(semTools); library(jsonlite)})
mobi <- fromJSON("../../../src/csisem/datasets/mobile_phone.json")
S <- matrix(unlist(mobi$cov), length(mobi$items), dimnames = list(mobi$items, mobi$items))
n <- mobi$n
blocks <- list(Image = paste0("IMAG", 1:5), Expectation = paste0("CUEX", 1:3), Quality = paste0("PERQ", 1:7),
               Value = paste0("PERV", 1:2), Satisfaction = paste0("CUSA", 1:3))
R <- cov2cor(S)

reliability <- lapply(blocks, function(items) {
  found <- suppressWarnings(alpha(S[items, items], n.obs = n))
  ci <- alpha.ci(found$total$raw_alpha, n.obs = n, n.var = length(items), p.val = .05)
  list(alpha = found$total$raw_alpha, standardized = found$total$std.alpha, lower = ci$lower.ci, upper = ci$upper.ci,
       item_total = found$item.stats$r.drop, if_deleted = if (length(items) > 2) found$alpha.drop$raw_alpha else NULL)
})
omega <- sapply(blocks[sapply(blocks, length) > 2], function(items) {
  fit <- cfa(paste("F =~", paste(items, collapse = " + ")), sample.cov = S, sample.nobs = n)
  as.numeric(compRelSEM(fit, obs.var = FALSE))
})
items <- unlist(blocks[c("Image", "Expectation", "Quality")], use.names = FALSE)
kmo <- KMO(R[items, items])
bartlett <- cortest.bartlett(R[items, items], n = n)
efa <- list()
for (fm in c("minres", "ml")) for (rotate in c("none", "varimax")) {
  found <- suppressWarnings(fa(R[items, items], nfactors = 3, rotate = rotate, fm = fm, n.obs = n))
  efa[[paste(fm, rotate)]] <- list(loadings = unclass(found$loadings)[, ], communality = found$communality,
                                   phi = if (is.null(found$Phi)) NULL else found$Phi)
}
# psych lets varimax stop at 1e-5, which leaves the fourth digit open; here it goes on.
for (fm in c("minres", "ml")) {
  turned <- varimax(efa[[paste(fm, "none")]]$loadings, eps = 1e-13)
  efa[[paste(fm, "varimax")]]$loadings <- unclass(turned$loadings)[, ]
}
# promax of Kaiser-normalised loadings, as factor_analyzer defines it.
unrotated <- efa[["minres none"]]$loadings
h <- sqrt(rowSums(unrotated^2))
turned <- promax(unclass(varimax(unrotated / h, normalize = FALSE, eps = 1e-12)$loadings), m = 4)
V <- varimax(unrotated / h, normalize = FALSE, eps = 1e-12)$rotmat
T <- V %*% turned$rotmat
efa[["minres promax"]] <- list(loadings = unclass(turned$loadings)[, ] * h, phi = solve(crossprod(T)))
one <- suppressWarnings(fa(R, nfactors = 1, rotate = "none", fm = "minres", n.obs = n))
# Shrout and Fleiss (1979), table 2: six things, four judges.
ratings <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), 6, byrow = TRUE)
icc <- ICC(ratings, lmer = FALSE)$results
simulated <- read.csv("skewed.csv")
mardia <- mardia(simulated, plot = FALSE)
write(toJSON(list(
  psych = as.character(packageVersion("psych")), semTools = as.character(packageVersion("semTools")), items = items,
  reliability = reliability, omega = as.list(omega), kmo = list(overall = kmo$MSA, items = kmo$MSAi),
  bartlett = list(statistic = bartlett$chisq, df = bartlett$df), eigenvalues = eigen(R[items, items])$values, efa = efa,
  one_factor_share = sum(one$loadings^2) / nrow(R), one_component_share = eigen(R)$values[1] / nrow(R),
  ratings = ratings, icc = icc,
  mardia = list(b1p = mardia$b1p, skew = mardia$skew, small = mardia$small.skew, p.skew = mardia$p.skew,
                b2p = mardia$b2p, kurtosis = mardia$kurtosis)
), digits = 12, auto_unbox = TRUE), "figures.json")
