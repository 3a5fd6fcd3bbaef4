# Distinct values of the numeric columns of R's public data sets and how often each occurs, as "1x20 2x31 5x9".
# Columns with more than 100 distinct values are left out. Writes answers.csv; R 4, psych 2.2.9, lavaan 0.6-14, MASS,
# survey 4.1-1, sem, semTools, nlme, lme4, mi, mitools, boot, survival.
packages <- c("psych", "lavaan", "sem", "MASS", "survey", "datasets", "lme4", "mi", "mitools", "nlme", "survival", "boot",
              "semTools")
listed <- data(package = .packages(all.available = TRUE))$results
lines <- "set,column,answers"
for (i in seq_len(nrow(listed))) {
  package <- listed[i, "Package"]
  name <- sub(" .*", "", listed[i, "Item"])
  if (!package %in% packages) next
  space <- new.env()
  read <- tryCatch({ data(list = name, package = package, envir = space); TRUE },
                   warning = function(w) FALSE, error = function(e) FALSE)
  if (!read || !exists(name, envir = space)) next
  frame <- get(name, envir = space)
  if (is.matrix(frame)) frame <- as.data.frame(frame)
  if (!is.data.frame(frame)) next
  for (column in sort(names(frame))) {
    x <- frame[[column]]
    if (!is.numeric(x) || inherits(x, c("Date", "factor"))) next
    x <- as.numeric(x)
    x <- x[is.finite(x)]
    counts <- table(x)
    if (length(x) < 10 || length(counts) > 100) next
    pairs <- paste0(format(as.numeric(names(counts)), digits = 12, trim = TRUE), "x", as.integer(counts))
    lines <- c(lines, paste0(package, "::", name, ",", column, ",", paste(pairs, collapse = " ")))
  }
}
writeLines(lines, "answers.csv")
