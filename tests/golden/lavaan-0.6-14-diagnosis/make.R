# Golden modification indices, factor scores and comparisons, made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# Models, data, polishing and the JSON writer are those of ../lavaan-0.6-14/make.R:
# its text up to the line "run" is evaluated here, so that both folders speak of the
# same optima.  The options are its own.  See README.md.

file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- if (length(file) == 1L) dirname(normalizePath(file)) else getwd()
shared <- readLines(file.path(folder, "..", "lavaan-0.6-14", "make.R"))
stop_at <- grep("^# -+ run -+$", shared)
stopifnot(length(stop_at) == 1L)
eval(parse(text = shared[seq_len(stop_at - 1L)]))
OUT <- arg("out", folder)

# Models beside those of the other folder.
case("small_paths_zero", "the small model without EXP -> SAT", "mobi", paste(SMALL_MEASUREMENT, "
  VAL ~ EXP
  SAT ~ VAL
  LOY ~ SAT"))
case("small_chain_zero", "and without VAL -> SAT", "mobi", paste(SMALL_MEASUREMENT, "
  VAL ~ EXP
  SAT ~ 0*VAL
  LOY ~ SAT"))
case("outcomes_latent_and_observed_means", "a terminal latent and a terminal observed variable, means", "mobi", "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  SAT ~ EXP
  LOY ~ SAT
  CUSCO ~ SAT", meanstructure = TRUE)

# Least squares, in a folder of their own.
LEAST <- character()
for (e in c("GLS", "ULS", "WLS", "DWLS")) {
  l <- tolower(e)
  case(paste0("small_", l), paste("the small model,", e), "mobi", paste(SMALL_MEASUREMENT, "
    VAL ~ EXP
    SAT ~ EXP + VAL
    LOY ~ SAT"), estimator = e)
  case(paste0("abilities_metric_", l), paste("two schools, equal loadings,", e), "holzinger", "
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9", group = "school", group.equal = "loadings", estimator = e)
  LEAST <- c(LEAST, paste0(c("small_", "abilities_metric_"), l))
}

WANTED <- c(LEAST,
  "mobi_small", "mobi_small_wishart", "mobi_small_means", "mobi_full", "democracy", "democracy_labels",
  "abilities", "abilities_configural", "abilities_scalar", "abilities_std_lv", "abilities_second_order",
  "abilities_group_labels", "covariates_fixed", "covariates_fixed_means", "covariates_groups",
  "covariates_random", "covariates_random_means",
  "covariate_on_indicator", "path_two_outcomes_means", "outcomes_latent_and_single",
  "outcomes_latent_and_observed", "outcomes_latent_and_observed_means", "observed_predictor", "higher_order_paths", "higher_order_direct",
  "linear_two", "marker_means", "growth_covariate", "heywood_indicator", "path_saturated")

# Rows of the data whose factor scores are kept, counted within each group.
ROWS <- c(1L, 2L, 50L)

indices <- function(fit) {
  found <- as.data.frame(quiet(modindices(fit)))
  data.frame(lhs = found$lhs, op = found$op, rhs = found$rhs,
    group = if (is.null(found$group)) rep(1L, nrow(found)) else found$group,
    mi = found$mi, epc = found$epc, sepc_all = found$sepc.all, stringsAsFactors = FALSE)
}

scores <- function(fit, method) {
  found <- quiet(lavPredict(fit, method = method))
  blocks <- if (is.list(found)) unname(found) else list(found)
  lapply(seq_along(blocks), function(g) list(
    names = vec(colnames(blocks[[g]])),
    rows = vec(lavInspect(fit, "case.idx", drop.list.single.group = FALSE)[[g]][ROWS]),
    values = unclass(unname(blocks[[g]][ROWS, , drop = FALSE]))))
}

polished <- list()
polished_fit <- function(id) {
  if (is.null(polished[[id]])) {
    one <- Filter(function(c) c$id == id, CASES)
    stopifnot(length(one) == 1L)
    polished[[id]] <<- polish(one[[1L]])$fit
  }
  polished[[id]]
}

for (id in WANTED) {
  if (nzchar(ONLY) && !grepl(ONLY, id)) next
  fit <- polished_fit(id)
  latent <- length(lavNames(fit, "lv")) > 0L
  one <- Filter(function(c) c$id == id, CASES)[[1L]]
  record <- list(case = id, lavaan_version = "0.6-14", syntax = one$syntax, data = one$data,
    call = c(list("function" = one$fun), one$call), modification_indices = indices(fit),
    regression = if (latent) scores(fit, "regression") else list(),
    bartlett = if (latent) scores(fit, "Bartlett") else list())
  folder <- file.path(OUT, if (id %in% LEAST) "least_squares" else ".")
  dir.create(folder, showWarnings = FALSE)
  writeLines(to_json(record), file.path(folder, paste0(id, ".json")))
  cat(sprintf("%-32s %4d indices\n", id, nrow(record$modification_indices)))
}

# ---------------------------------------------------------------- comparisons ---

# Each list is of nested models; anova() sorts them by their degrees of freedom.
SETS <- list(
  paths = c("mobi_small", "small_paths_zero", "small_chain_zero"),
  linear = c("mobi_small", "linear_double"),
  invariance = c("abilities_configural", "abilities_metric", "abilities_scalar", "abilities_strict"),
  democracy = c("democracy", "democracy_labels"))

if (!nzchar(ONLY) || grepl(ONLY, "comparisons")) {
  found <- lapply(SETS, function(ids) {
    fits <- lapply(ids, polished_fit)
    table <- as.data.frame(quiet(do.call(lavTestLRT, c(fits, list(model.names = ids)))))
    lines <- lapply(ids, function(id) Filter(function(c) c$id == id, CASES)[[1L]]$syntax)
    list(syntax = setNames(lines, ids), rows = data.frame(model = rownames(table), df = table$Df,
      aic = table$AIC, bic = table$BIC, chisq = table$Chisq, chisq_diff = table[["Chisq diff"]],
      df_diff = table[["Df diff"]], pvalue = table[["Pr(>Chisq)"]], stringsAsFactors = FALSE))
  })
  writeLines(to_json(found), file.path(OUT, "comparisons.json"))
  print(found)
}
