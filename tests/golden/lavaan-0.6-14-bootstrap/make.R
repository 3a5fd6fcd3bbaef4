# Golden bootstrap figures, made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# Models, data, polishing and the JSON writer are those of ../lavaan-0.6-14/make.R:
# its text up to the line "run" is evaluated here.  See README.md.

file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- if (length(file) == 1L) dirname(normalizePath(file)) else getwd()
shared <- readLines(file.path(folder, "..", "lavaan-0.6-14", "make.R"))
eval(parse(text = shared[seq_len(grep("^# -+ run -+$", shared) - 1L)]))
OUT <- arg("out", folder)
find_case <- function(id) CASES[[match(id, vapply(CASES, function(c) c$id, ""))]]
wanted <- function(id) !nzchar(ONLY) || grepl(ONLY, id)

# ------------------------------------------------------- replicates by a rule ---

# Replicate b of n rows draws the rows (x_k mod n), k = 1..n, x_k = 16807 x_(k-1) mod (2^31 - 1), x_0 = b.
drawn <- function(b, n) {
  x <- numeric(n)
  last <- b
  for (k in seq_len(n)) {
    last <- (16807 * last) %% 2147483647
    x[k] <- last
  }
  x %% n + 1
}

# Within groups, each group draws its own rows by the rule with its own n.
rows_of <- function(b, labels) {
  if (is.null(labels)) stop("labels")
  unlist(lapply(unique(labels), function(g) which(labels == g)[drawn(b, sum(labels == g))]))
}

symmetric_root <- function(S) {
  e <- eigen(S, symmetric = TRUE)
  e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
}

replicate_of <- function(case, data, b) {
  labels <- if (is.null(case$call$group)) rep(1, nrow(data)) else data[[case$call$group]]
  DATA$replicate <<- data[rows_of(b, labels), ]
  one <- case
  one$data <- "replicate"
  polished <- polish(one)
  list(b = b, gradient = polished$gradient, chisq = unname(fitMeasures(polished$fit, "chisq")),
    est = vec(parTable(polished$fit)$est[!parTable(polished$fit)$op %in% c("==", ":=")]))
}

rows_frame <- function(fit) {
  table <- as.data.frame(parTable(fit))
  table <- table[!table$op %in% c("==", ":="), ]
  data.frame(lhs = table$lhs, op = table$op, rhs = table$rhs, group = table$group, stringsAsFactors = FALSE)
}

write_replicates <- function(id, count, transform = NULL) {
  case <- find_case(id)
  data <- DATA[[case$data]]
  parent <- polish(case)
  name <- paste0(id, if (is.null(transform)) "" else "_bollen_stine")
  if (!is.null(transform)) data <- transform(data, parent$fit)
  out <- list(case = id, lavaan_version = "0.6-14", syntax = case$syntax, data = case$data, call = case$call,
    transformed = !is.null(transform), rows = rows_frame(parent$fit),
    replicates = lapply(seq_len(count), function(b) replicate_of(case, data, b)))
  writeLines(to_json(out), file.path(OUT, paste0("replicates_", name, ".json")))
  cat(name, max(vapply(out$replicates, function(r) r$gradient, 0)), "\n")
}

# Rows moved as Bollen and Stine (1992) do, so that their covariances (divisor n) are those the model implies.
bollen_stine <- function(data, fit) {
  items <- lavNames(fit, "ov")
  X <- as.matrix(data[items])
  centred <- scale(X, center = TRUE, scale = FALSE)
  S <- crossprod(centred) / nrow(X)
  data[items] <- centred %*% solve(symmetric_root(S)) %*% symmetric_root(unclass(fitted(fit)$cov[items, items]))
  data
}

if (wanted("replicates")) {
  write_replicates("mobi_small", 25)
  write_replicates("mobi_small", 10, bollen_stine)
  write_replicates("abilities_metric", 8)
  write_replicates("covariates_fixed_means", 8)
}

# ----------------------------------------------------- lavaan's own bootstrap ---

# Quantiles of the draws of every free parameter, and the p-value of the test of the model.
if (wanted("lavaan")) {
  case <- find_case("abilities")
  fit <- fit_default(case)
  draws <- quiet(bootstrapLavaan(fit, R = 2000, iseed = 20240917))
  chisq <- quiet(bootstrapLavaan(fit, R = 2000, type = "bollen.stine", iseed = 20240918,
    FUN = function(x) fitMeasures(x, "chisq")))
  free <- parTable(fit)[parTable(fit)$free > 0, ]
  probabilities <- c(.05, .25, .5, .75, .95)
  at <- t(apply(draws, 2, quantile, probs = probabilities, type = 6))
  rows <- data.frame(lhs = free$lhs, op = free$op, rhs = free$rhs, est = free$est, mean = colMeans(draws),
    sd = apply(draws, 2, sd), stringsAsFactors = FALSE)
  out <- list(case = "abilities", lavaan_version = "0.6-14", syntax = case$syntax, data = case$data, call = case$call,
    replicates = nrow(draws), rows = rows, probabilities = vec(probabilities), quantiles = unname(at),
    bollen_stine = list(replicates = length(chisq), chisq = unname(fitMeasures(fit, "chisq")),
      pvalue = mean(chisq > fitMeasures(fit, "chisq")), mean = mean(chisq),
      quantiles = vec(quantile(chisq, probabilities, type = 6))))
  writeLines(to_json(out), file.path(OUT, "lavaan.json"))
}
