# Figures of lavaan 0.6-14 for random models: Rscript figures.R FOLDER, called by make_random.py.
# FOLDER holds jobs.json and the answers of each model; a line of answers.jsonl is written for each.
suppressMessages({library(lavaan); library(jsonlite)})
# lavaan's optimiser stops within 2e-4 standard errors of the optimum; Newton's steps go on from there, with the
# functions of ../lavaan-0.6-14/make.R (fit_at and others) and of ../lavaan-0.6-14-robust/make.R (newton).
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))))
for (part in list(c("lavaan-0.6-14", "^quiet <- ", "^polish <- "), c("lavaan-0.6-14-robust", "^hessian_of <- ", "^polish <- "))) {
  lines <- readLines(file.path(here, "..", part[1], "make.R"))
  lines <- lines[seq(grep(part[2], lines), grep(part[3], lines) - 1L)]
  eval(parse(text = lines), envir = globalenv())
}
folder <- commandArgs(TRUE)[1]
jobs <- fromJSON(file.path(folder, "jobs.json"), simplifyVector = FALSE)
connection <- file(file.path(folder, "answers.jsonl"), "a")
measures <- c("chisq", "df", "chisq.scaled", "df.scaled", "chisq.scaling.factor", "baseline.chisq",
  "baseline.chisq.scaled", "cfi", "tli", "rmsea", "srmr", "cfi.scaled", "tli.scaled", "rmsea.scaled", "cfi.robust",
  "rmsea.robust")
short <- function(x) ifelse(is.finite(x), signif(as.numeric(x), 9), NA)
one <- function(job, estimator) {
  incomplete <- estimator == "FIML"
  data <- read.csv(file.path(folder, sprintf(if (incomplete) "incomplete%d.csv" else "rows%d.csv", job$number)))
  call <- list(job$text, data, estimator = if (incomplete) "ML" else estimator,
    meanstructure = incomplete || job$means, warn = FALSE, control = list(iter.max = 1000, eval.max = 1500))
  if (incomplete) call$missing <- "ml"
  if (job$groups) call$group <- "g"
  if (length(job$equal)) call$group.equal <- unlist(job$equal)
  fit <- tryCatch(suppressWarnings(do.call("sem", call)), error = function(e) conditionMessage(e))
  if (is.character(fit)) return(list(error = fit))
  if (!lavInspect(fit, "converged")) return(list(error = "not converged"))
  first <- fit
  found <- newton(fit)
  fit <- fit_at(fit, found$theta)
  base <- polished_baseline(fit)
  fit@baseline$test <- base$fit@test
  names(fit@baseline$test) <- vapply(base$fit@test, function(t) t$test, "")
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  kept <- !table$op %in% c("==", ":=", "<", ">")
  standard <- suppressWarnings(standardizedSolution(fit, se = FALSE, zstat = FALSE, pvalue = FALSE, ci = FALSE))
  got <- suppressWarnings(tryCatch(fitMeasures(fit), error = function(e) NULL))
  out <- list(gradient = signif(found$gradient, 2), moved = signif(max(abs(found$theta - free_values(first))), 2), admissible = suppressWarnings(lavInspect(fit, "post.check")),
    names = paste(table$lhs, table$op, table$rhs, table$group)[kept],
    est = short(table$est[kept]), se = short(table$se[kept]),
    std = short(standard$est.std[!standard$op %in% c("==", ":=", "<", ">")]),
    measures = as.list(setNames(short(got[intersect(measures, names(got))]), intersect(measures, names(got)))))
  if (estimator %in% c("ULS", "DWLS", "GLS", "ML") && job$extras) {
    mi <- suppressWarnings(tryCatch(modindices(fit), error = function(e) NULL))
    if (!is.null(mi)) out$mi <- list(
      names = paste(mi$lhs, mi$op, mi$rhs, if (is.null(mi$group)) 1 else mi$group), mi = short(mi$mi), epc = short(mi$epc))
    pick <- function(type) {
      found <- suppressWarnings(tryCatch(residuals(fit, type = type), error = function(e) NULL))
      if (is.null(found)) return(NULL)
      if (job$groups) found <- found[[2]]
      list(items = rownames(found$cov), cov = short(found$cov[lower.tri(found$cov, diag = TRUE)]))
    }
    out$standardized <- pick("standardized")
    out$normalized <- pick("normalized")
  }
  out
}
for (job in jobs) {
  for (estimator in unlist(job$estimators)) {
    found <- tryCatch(one(job, estimator), error = function(e) list(error = conditionMessage(e)))
    line <- toJSON(c(list(number = job$number, estimator = estimator), found), auto_unbox = TRUE, digits = NA,
      na = "null")
    writeLines(line, connection)
    flush(connection)
  }
}
close(connection)
