# Score tests of single parameters beside auxiliary variables, one model a candidate; Rscript indices.R --mobi mobi.csv
#
# Writes auxiliary_indices.json from the models of auxiliary_observed.json: lavTestScore(add =) with the expected information, the
# fall of chi-square when the parameter is freed, and what modindices() prints, which adds all candidates at once. Blanks are make.R's.
suppressMessages({library(semTools); library(jsonlite)})
arguments <- commandArgs(TRUE)
mobi <- read.csv(arguments[which(arguments == "--mobi") + 1])
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
for (i in seq_len(nrow(mobi))) mobi[i, (7 * i) %% 24 + 1] <- NA
models <- fromJSON(file.path(folder, "auxiliary_observed.json"), simplifyDataFrame = FALSE)
candidates <- list(
  outcome = c("CUEX1 ~~ CUEX2", "CUEX1 ~~ CUEX3", "CUEX2 ~~ CUEX3"),
  mediators = c("CUEX1 ~~ CUEX2", "CUEX1 ~~ CUEX3", "CUEX2 ~~ CUEX3", "CUSA1 ~ IMAG2"),
  means = c("CUEX1 ~~ CUEX2", "CUEX2 ~~ CUEX3", "PERV1 ~ EXP", "EXP ~ CUSA1", "CUSA1 ~ IMAG2")
)
fitted <- function(syntax, case) {
  suppressWarnings(sem.auxiliary(syntax, data = mobi, aux = unlist(case$auxiliary), em.h1.tol = 1e-12))
}
rows <- lapply(names(candidates), function(name) {
  case <- models[[name]]
  fit <- fitted(case$syntax, case)
  all <- suppressWarnings(modindices(fit))
  lapply(candidates[[name]], function(one) {
    side <- strsplit(one, " ")[[1]]
    score <- suppressWarnings(lavTestScore(fit, add = one, epc = TRUE))
    change <- subset(score$epc, lhs == side[1] & op == side[2] & rhs == side[3])
    freed <- fitted(paste0(case$syntax, "\n", one), case)
    printed <- subset(all, lhs == side[1] & op == side[2] & rhs == side[3])$mi
    list(
      model = name, lhs = side[1], op = side[2], rhs = side[3], mi = score$uni$X2, epc = change$epc,
      fall = unname(fitMeasures(fit, "chisq") - fitMeasures(freed, "chisq")),
      modindices = if (length(printed)) printed else NA
    )
  })
})
writeLines(toJSON(do.call(c, rows), digits = NA, auto_unbox = TRUE, na = "null"), file.path(folder, "auxiliary_indices.json"))
