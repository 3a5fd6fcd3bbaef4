# Golden reference figures for design-based estimation, made with R and survey 4.1-1.
#
#   Rscript make.R [--out DIR]
#
# Writes the columns of R's api samples that the figures need (CSV), the replicate
# weights used (CSV) and one JSON file per design to DIR (default: the folder of
# this script).  The JSON writer is that of ../lavaan-0.6-14/make.R.

suppressPackageStartupMessages(library(survey))
stopifnot(as.character(packageVersion("survey")) == "4.1.1")
local({
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  lines <- readLines(file.path(dirname(normalizePath(file)), "..", "lavaan-0.6-14", "make.R"))
  part <- function(from, to) lines[grep(from, lines)[1]:(grep(to, lines)[1] - 1L)]
  eval(parse(text = c(part("^here <- ", "^ONLY <- "), part("^quoted <- ", "^# -+ polishing"))), envir = globalenv())
})
data(api)

# ---------------------------------------------------------------------- data ---

# j counts the rows of one stype in file order, from 0.
j <- ave(seq_len(nrow(apistrat)), apistrat$stype, FUN = seq_along) - 1
apistrat$block <- paste0(apistrat$stype, j %/% 10)      # 20 blocks of ten schools
apistrat$half <- j %% 2                                  # two halves in each block
apistrat$cell <- paste0(apistrat$stype, apistrat$sch.wide)
apistrat$fraction <- 1 / apistrat$pw
stratum_of <- match(apiclus1$dnum, sort(unique(apiclus1$dnum)))
apiclus1$side <- ifelse(stratum_of <= 2, "a", "b")       # the two lowest districts, the other 13
apiclus1$side_fpc <- ifelse(stratum_of <= 2, 100, 657)
apiclus1$solo <- ifelse(stratum_of <= 1, "a", ifelse(stratum_of <= 8, "b", "c"))  # "a" holds one district
apiclus1$solo_fpc <- unname(c(a = 57, b = 300, c = 400)[apiclus1$solo])
apiclus2$parity <- ifelse(apiclus2$dnum %% 2 == 0, "even", "odd")
apiclus2$parity_fpc <- ifelse(apiclus2$dnum %% 2 == 0, 377, 380)
apiclus2$fpc2 <- as.numeric(apiclus2$fpc2)

save_csv <- function(d, name) write.csv(d, file.path(OUT, name), row.names = FALSE, quote = FALSE)
shared <- c("stype", "sch.wide", "comp.imp", "awards", "dnum", "snum", "api99", "api00", "enroll", "api.stu",
  "ell", "meals", "mobility", "pw")
save_csv(cbind(apistrat[c(shared, "fpc", "block", "half", "cell")], fraction = sprintf("%.17g", apistrat$fraction)), "apistrat.csv")
save_csv(apiclus1[c(shared, "fpc", "side", "side_fpc", "solo", "solo_fpc")], "apiclus1.csv")
save_csv(apiclus2[c(shared, "fpc1", "fpc2", "parity", "parity_fpc")], "apiclus2.csv")
# The figures are for the numbers as the CSV has them.
apistrat <- read.csv(file.path(OUT, "apistrat.csv"), stringsAsFactors = TRUE)
apiclus1 <- read.csv(file.path(OUT, "apiclus1.csv"), stringsAsFactors = TRUE)
apiclus2 <- read.csv(file.path(OUT, "apiclus2.csv"), stringsAsFactors = TRUE)

# ------------------------------------------------------------------- figures ---

entry <- function(s, d) {
  est <- as.numeric(coef(s))
  se <- as.numeric(SE(s))
  names <- names(coef(s))
  z <- unname(confint(s))
  t <- unname(confint(s, df = degf(d)))
  rows <- data.frame(name = if (is.null(names)) "" else names, est = est, se = se, z_lower = z[, 1], z_upper = z[, 2],
    t_lower = t[, 1], t_upper = t[, 2], stringsAsFactors = FALSE)
  rows
}

glm_rows <- function(m, d) {
  s <- summary(m)$coefficients
  list(coefficients = data.frame(name = rownames(s), est = s[, 1], se = s[, 2], t = s[, 3], p = s[, 4], stringsAsFactors = FALSE),
    df_residual = m$df.residual, vcov = unclass(unname(vcov(m))))
}

# What every design reports.  `deff` only where survey gives it.
report <- function(d, deff = TRUE) {
  m <- svymean(~api00 + api99, d)
  by_type <- svyby(~api00, ~stype, d, svymean, covmat = TRUE)
  out <- list(
    degf = degf(d),
    mean = entry(m, d), mean_vcov = unclass(unname(vcov(m))),
    total = entry(svytotal(~enroll, d, na.rm = TRUE), d),
    ratio = entry(svyratio(~api.stu, ~enroll, d, na.rm = TRUE), d),
    domain_means = data.frame(stype = as.character(by_type$stype), est = as.numeric(coef(by_type)), se = as.numeric(SE(by_type))),
    domain_vcov = unclass(unname(as.matrix(vcov(by_type)))),
    share = entry(svymean(~sch.wide, d), d),
    glm = glm_rows(svyglm(api00 ~ ell + meals + mobility, d), d))
  if (deff) {
    with <- svymean(~api00, d, deff = TRUE)
    replaced <- svymean(~api00, d, deff = "replace")
    out$deff <- list(mean = as.numeric(deff(with)), mean_replace = as.numeric(deff(replaced)))
    total <- svytotal(~enroll, d, deff = TRUE, na.rm = TRUE)
    out$deff$total <- as.numeric(deff(total))
  }
  out
}

write_case <- function(id, about, data, design, figures, notes = "") {
  writeLines(to_json(c(list(case = id, about = about, survey_version = "4.1-1", data = data, design = design),
    figures, list(notes = notes))), file.path(OUT, paste0(id, ".json")))
  cat(sprintf("%-26s mean %.7f (%.7f) df %g\n", id, figures$mean$est[1], figures$mean$se[1], figures$degf))
}

# ------------------------------------------------------------- linearisation ---

strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
extra <- list(
  anova = local({
    d <- svydesign(id = ~1, strata = ~awards, weights = ~pw, data = apistrat)
    m <- svyglm(api00 ~ stype, d)
    w <- regTermTest(m, ~stype)
    l <- regTermTest(m, ~stype, method = "LRT")
    list(design = list(strata = "awards", weights = "pw"), formula = "api00 ~ stype",
      wald = list(F = as.numeric(w$Ftest), df = w$df, ddf = w$ddf, p = as.numeric(w$p)),
      rao_scott_lrt = list(chisq = as.numeric(l$chisq), df = l$df, ddf = l$ddf, p = as.numeric(l$p), lambda = vec(l$lambda),
        chisq_printed = as.numeric(l$chisq) / mean(l$lambda), lambda_printed = vec(l$lambda / mean(l$lambda))))
  }),
  table = local({
    take <- function(t) list(statistic = as.numeric(t$statistic), parameter = vec(as.numeric(t$parameter)), p = as.numeric(t$p.value))
    one <- function(s) take(svychisq(~sch.wide + comp.imp, strat, statistic = s))
    list(rows = "sch.wide", columns = "comp.imp", F = one("F"), Chisq = one("Chisq"), Wald = one("Wald"), adjWald = one("adjWald"))
  }))
write_case("strat", "one-stage stratified sample, fpc per stratum", "apistrat.csv",
  list(strata = "stype", weights = "pw", fpc = "fpc"), c(report(strat), extra))
write_case("strat_fraction", "the same, fpc as sampling fractions", "apistrat.csv",
  list(strata = "stype", weights = "pw", fpc = "fraction"),
  report(svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fraction, data = apistrat)))
write_case("strat_nofpc", "the same without fpc", "apistrat.csv", list(strata = "stype", weights = "pw"),
  report(svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)))
write_case("weights_only", "weights alone", "apistrat.csv", list(weights = "pw"),
  report(svydesign(id = ~1, weights = ~pw, data = apistrat)))
write_case("crossed", "strata: stype crossed with sch.wide", "apistrat.csv",
  list(strata = vec(c("stype", "sch.wide")), weights = "pw"),
  report(svydesign(id = ~1, strata = ~interaction(stype, sch.wide), weights = ~pw, data = apistrat)),
  "Column `cell` holds the crossing.")
write_case("blocks", "20 strata with two clusters of five each", "apistrat.csv",
  list(strata = "block", clusters = "half", nest = TRUE, weights = "pw"),
  report(svydesign(id = ~half, strata = ~block, weights = ~pw, data = apistrat, nest = TRUE)))

write_case("clus1", "one-stage cluster sample with fpc", "apiclus1.csv",
  list(clusters = "dnum", weights = "pw", fpc = "fpc"),
  c(report(svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)),
    local({
      d <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
      high <- subset(d, stype == "H")
      alone <- apiclus1[apiclus1$stype == "H", ]
      wrong <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = alone)
      list(domain_H = c(as.list(entry(svymean(~api00, high), high)), degf = degf(high)),
        domain_H_total = as.list(entry(svytotal(~enroll, high), high)),
        domain_H_ratio = as.list(entry(svyratio(~api.stu, ~enroll, high), high)),
        domain_H_glm = glm_rows(svyglm(api00 ~ ell + meals, high), high),
        subset_H_wrong = as.list(entry(svymean(~api00, wrong), wrong)))
    })))
write_case("clus1_nofpc", "one-stage cluster sample without fpc", "apiclus1.csv", list(clusters = "dnum", weights = "pw"),
  report(svydesign(id = ~dnum, weights = ~pw, data = apiclus1)))
write_case("clus1_sides", "two strata, one of them with two clusters, fpc per stratum", "apiclus1.csv",
  list(strata = "side", clusters = "dnum", weights = "pw", fpc = "side_fpc"),
  report(svydesign(id = ~dnum, strata = ~side, weights = ~pw, fpc = ~side_fpc, data = apiclus1)))

write_case("clus2_two_stage", "two stages, variance by stage", "apiclus2.csv",
  list(clusters = vec(c("dnum", "snum")), weights = "pw", fpc = vec(c("fpc1", "fpc2"))),
  report(svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2)))
write_case("clus2_fpc1", "first stage with fpc only", "apiclus2.csv", list(clusters = "dnum", weights = "pw", fpc = "fpc1"),
  report(svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc1, data = apiclus2)))
write_case("clus2_nofpc", "first stage with replacement", "apiclus2.csv", list(clusters = "dnum", weights = "pw"),
  report(svydesign(id = ~dnum, weights = ~pw, data = apiclus2)))
write_case("clus2_strata", "two stages, districts stratified, fpc at both", "apiclus2.csv",
  list(strata = "parity", clusters = vec(c("dnum", "snum")), weights = "pw", fpc = vec(c("parity_fpc", "fpc2"))),
  report(svydesign(id = ~dnum + snum, strata = ~parity, weights = ~pw, fpc = ~parity_fpc + fpc2, data = apiclus2)))

# ------------------------------------------------------------- lonely strata ---

lonely <- svydesign(id = ~dnum, strata = ~solo, weights = ~pw, data = apiclus1)
lonely_fpc <- svydesign(id = ~dnum, strata = ~solo, weights = ~pw, fpc = ~solo_fpc, data = apiclus1)
for (rule in c("adjust", "average", "remove", "certainty")) {
  options(survey.lonely.psu = rule)
  write_case(paste0("lonely_", rule), paste("stratum a holds one district; survey.lonely.psu =", rule), "apiclus1.csv",
    list(strata = "solo", clusters = "dnum", weights = "pw", lonely = rule), report(lonely, deff = FALSE))
  write_case(paste0("lonely_fpc_", rule), paste("the same with fpc;", rule), "apiclus1.csv",
    list(strata = "solo", clusters = "dnum", weights = "pw", fpc = "solo_fpc", lonely = rule), report(lonely_fpc, deff = FALSE))
}
options(survey.lonely.psu = "fail")

# --------------------------------------------------------- replicate weights ---

replicate_case <- function(id, about, data, design, rep, file = NULL, notes = "") {
  w <- as.matrix(rep$repweights)
  if (!is.null(file)) {
    text <- matrix(sprintf("%.17g", w), nrow(w))
    colnames(text) <- paste0("r", seq_len(ncol(w)))
    write.csv(text, file.path(OUT, file), row.names = FALSE, quote = FALSE)
  }
  centred <- rep
  centred$mse <- FALSE
  about_full <- rep
  about_full$mse <- TRUE
  figures <- report(centred, deff = FALSE)
  figures$mse <- report(about_full, deff = FALSE)
  write_case(id, about, data, c(design, list(replicates = ncol(w), replicate_file = file, replicate_type = rep$type,
    scale = rep$scale, rscales = vec(rep(1, ncol(w)) * rep$rscales), rho = if (is.null(rep$rho)) 0 else rep$rho)),
    figures, notes)
}
note <- "The file holds multipliers of pw. Top level: deviations from the mean of the replicates; `mse`: from the full-sample estimate."
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
replicate_case("rep_jk1", "JK1, districts", "apiclus1.csv", list(clusters = "dnum", weights = "pw"),
  as.svrepdesign(clus1, type = "JK1", compress = FALSE), "rep_jk1.csv", note)
replicate_case("rep_jk1_fpc", "JK1, districts, fpc", "apiclus1.csv", list(clusters = "dnum", weights = "pw", fpc = "fpc"),
  as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1), type = "JK1", compress = FALSE), "rep_jk1.csv", note)
sides <- svydesign(id = ~dnum, strata = ~side, weights = ~pw, fpc = ~side_fpc, data = apiclus1)
replicate_case("rep_jkn_fpc", "JKn, two strata of districts, fpc", "apiclus1.csv",
  list(strata = "side", clusters = "dnum", weights = "pw", fpc = "side_fpc"),
  as.svrepdesign(sides, type = "JKn", compress = FALSE), "rep_jkn.csv", note)
replicate_case("rep_jkn", "JKn, two strata of districts", "apiclus1.csv", list(strata = "side", clusters = "dnum", weights = "pw"),
  as.svrepdesign(svydesign(id = ~dnum, strata = ~side, weights = ~pw, data = apiclus1), type = "JKn", compress = FALSE), "rep_jkn.csv", note)
replicate_case("rep_jkn_strat", "JKn, apistrat with fpc, 200 replicates", "apistrat.csv", list(strata = "stype", weights = "pw", fpc = "fpc"),
  as.svrepdesign(strat, type = "JKn", compress = FALSE), NULL,
  "Replicate i leaves out row i and multiplies the other rows of its stratum by n_h/(n_h - 1).")
blocks <- svydesign(id = ~half, strata = ~block, weights = ~pw, data = apistrat, nest = TRUE)
replicate_case("rep_brr", "BRR, 20 pairs", "apistrat.csv", list(strata = "block", clusters = "half", nest = TRUE, weights = "pw"),
  as.svrepdesign(blocks, type = "BRR", compress = FALSE), "rep_brr.csv", note)
replicate_case("rep_fay", "Fay with rho 0.3, 20 pairs", "apistrat.csv", list(strata = "block", clusters = "half", nest = TRUE, weights = "pw"),
  as.svrepdesign(blocks, type = "Fay", fay.rho = 0.3, compress = FALSE), "rep_fay.csv", note)
set.seed(20240501)
replicate_case("rep_raowu", "Rao-Wu bootstrap (subbootstrap), strata of schools", "apistrat.csv", list(strata = "stype", weights = "pw"),
  as.svrepdesign(svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat), type = "subbootstrap", replicates = 60, compress = FALSE),
  "rep_raowu.csv", note)
replicate_case("rep_raowu_clusters", "Rao-Wu bootstrap, two strata of districts", "apiclus1.csv", list(strata = "side", clusters = "dnum", weights = "pw"),
  as.svrepdesign(svydesign(id = ~dnum, strata = ~side, weights = ~pw, data = apiclus1), type = "subbootstrap", replicates = 60, compress = FALSE),
  "rep_raowu_clusters.csv", note)
replicate_case("rep_mrb", "multistage rescaled bootstrap, two stages with fpc", "apiclus2.csv",
  list(clusters = vec(c("dnum", "snum")), weights = "pw", fpc = vec(c("fpc1", "fpc2"))),
  as.svrepdesign(svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2), type = "mrbbootstrap",
    replicates = 60, compress = FALSE), "rep_mrb.csv", note)
