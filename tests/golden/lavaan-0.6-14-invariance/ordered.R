# Ladders of ordered items by school, identified as Wu and Estabrook (2016) do, by semTools 0.5-6 and lavaan 0.6-14:
# Rscript ordered.R > ordered.json
# mixed: ordered and numeric items; three: three answers; partial: intercepts and a threshold released. For each level the
# measures, the difference test to the level before, and where intercepts are equal the means of the second group.
suppressPackageStartupMessages({library(lavaan); library(semTools)})
stopifnot(as.character(packageVersion("lavaan")) == "0.6.14", as.character(packageVersion("semTools")) == "0.5.6")
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))))
answers <- function(name) read.csv(file.path(here, "..", "lavaan-0.6-14-ordered", paste0(name, ".csv")))
num <- function(x) ifelse(is.na(x), "null", sprintf("%.12g", x))
plain <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
mixed <- "visual =~ x1 + x2 + n3\ntextual =~ n4 + x5 + x6\nspeed =~ n7 + n8 + x9"
levels <- list(configural = character(0), thresholds = "thresholds", metric = c("thresholds", "loadings"),
               scalar = c("thresholds", "loadings", "intercepts"),
               strict = c("thresholds", "loadings", "intercepts", "residuals"))
cases <- list(
  mixed = list(data = "hs5", syntax = mixed, ordered = c("x1", "x2", "x5", "x6", "x9"), partial = character(0)),
  three = list(data = "hs3", syntax = plain, ordered = paste0("x", 1:9), partial = character(0)),
  partial = list(data = "hs5", syntax = plain, ordered = paste0("x", 1:9), partial = c("x3 ~ 1", "x7 ~ 1", "x1 | t2")))
tight <- list(iter.max = 10000)
out <- c()
for (case in names(cases)) {
  one <- cases[[case]]
  before <- NULL
  found <- c()
  for (level in names(levels)) {
    call <- list(configural.model = one$syntax, data = answers(one$data), ordered = one$ordered, parameterization = "theta",
                 ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", group = "school", estimator = "WLSMV")
    if (length(levels[[level]])) {
      call$group.equal <- levels[[level]]
      if (length(one$partial)) call$group.partial <- one$partial
    }
    syntax <- as.character(suppressWarnings(do.call(measEq.syntax, call)))
    fit <- suppressWarnings(lavaan(syntax, answers(one$data), ordered = one$ordered, parameterization = "theta",
                                   group = "school", estimator = "WLSMV", control = tight))
    m <- fitMeasures(fit)
    v <- c(df = m[["df"]], chisq = m[["chisq.scaled"]], pvalue = m[["pvalue.scaled"]], cfi = m[["cfi.scaled"]],
           rmsea = m[["rmsea.scaled"]], srmr = m[["srmr"]])
    if (!is.null(before) && m[["df"]] > fitMeasures(before, "df")) {
      t <- lavTestLRT(before, fit)
      v <- c(v, chisq_diff = t[["Chisq diff"]][2], df_diff = t[["Df diff"]][2])
    }
    text <- sprintf('"measures": {%s}', paste(sprintf('"%s": %s', names(v), num(v)), collapse = ", "))
    if (level %in% c("scalar", "strict")) {
      pt <- parTable(fit)
      own <- pt[pt$op == "~1" & pt$lhs %in% c("visual", "textual", "speed") & pt$group == 2, ]
      text <- sprintf('%s, "means": {%s}', text, paste(sprintf('"%s": [%s, %s]', own$lhs, num(own$est), num(own$se)), collapse = ", "))
    }
    found <- c(found, sprintf('    "%s": {%s}', level, text))
    before <- fit
  }
  out <- c(out, sprintf('  "%s": {\n%s\n  }', case, paste(found, collapse = ",\n")))
}
cat("{\n", paste(out, collapse = ",\n"), "\n}\n", sep = "")
