# What the scripts of this folder and of lavaan-0.6-14-constraints share: data, polish, figures and a compact writer.
#
# Evaluation without optimising and the Newton polish are those of ../lavaan-0.6-14/make.R and
# ../lavaan-0.6-14-robust/make.R, whose lines above `figures` are evaluated here.

ORDERED <- normalizePath(Sys.glob(file.path(dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))),
  "..", "lavaan-0.6-14-ordered")))
local({
  lines <- readLines(file.path(ORDERED, "..", "lavaan-0.6-14-robust", "make.R"))
  eval(parse(text = lines[seq_len(grep("^figures <- ", lines) - 1L)]), envir = globalenv())
})
suppressPackageStartupMessages(library(jsonlite))

# Gauss-Newton first: the expected information costs next to nothing, lavaan's Hessian is numerical.
newton_alone <- newton
gauss_newton <- function(fit) {
  theta <- free_values(fit)
  if (length(theta) == 0L) return(list(theta = theta, gradient = 0, steps = 0L))
  K <- free_directions(fit, length(theta))
  model <- fit@Model
  pull <- function() as.numeric(crossprod(K, lavaan:::lav_model_gradient(lavmodel = model, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
    lavcache = fit@Cache, type = "free", group.weight = TRUE, ceq.simple = FALSE)))
  best <- list(theta = theta, gradient = Inf)
  steps <- stalled <- 0L
  while (steps < 300L && stalled < 3L) {
    model <- lavaan:::lav_model_set_parameters(model, theta)
    g <- pull()
    size <- max(abs(g))
    if (!is.finite(size)) break
    stalled <- if (size < 0.9 * best$gradient) 0L else stalled + 1L
    if (size < best$gradient) best <- list(theta = theta, gradient = size)
    if (size < 1e-14) break
    information <- lavaan:::lav_model_information_expected(lavmodel = model, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
      lavoptions = fit@Options, lavcache = fit@Cache)
    theta <- theta - as.numeric(K %*% solve(crossprod(K, information %*% K), g, tol = 1e-300))
    steps <- steps + 1L
  }
  best$gradient <- max(abs(slope(fit_at(fit, best$theta, se = "none", test = "none"), K)))
  c(best, steps = steps)
}
newton <- function(fit) {
  if (!fit@Model@categorical) return(newton_alone(fit))
  found <- gauss_newton(fit)
  if (found$gradient < 1e-12) return(found)
  exact <- newton_alone(fit_at(fit, found$theta, se = "none", test = "none"))
  exact$steps <- exact$steps + found$steps
  if (exact$gradient < found$gradient) exact else found
}

X <- paste0("x", 1:9)
for (name in c("hs2", "hs2_empty", "hs3", "hs5", "hs5_blank", "hs7")) DATA[[name]] <- read.csv(file.path(ORDERED, paste0(name, ".csv")))
ITEMS <- setdiff(names(DATA$mobi), c("w", "c25", "c4", "c83"))
DATA$mobi5 <- DATA$mobi
DATA$mobi5[ITEMS] <- (DATA$mobi[ITEMS] + 1) %/% 2
RULES <- list(
  mobi5 = "(answer + 1) div 2 of the mobile-phone answers, 1 to 5",
  mobi = "the mobile-phone answers, 1 to 10; i = row counted from 1; w = 1 + (i mod 5)/2; c25 = i mod 25; c4 = (i-1) div 4; c83 = i^2 mod 83",
  holzinger = "HolzingerSwineford1939 as lavaan and semopy have it")
RULES$mobi5 <- paste(RULES$mobi5, RULES$mobi, sep = "; of ")

# Numbers with 12 significant digits; a data frame by columns.
write_json <- function(x, path) writeLines(toJSON(x, digits = I(12), auto_unbox = TRUE, na = "null", null = "null",
  dataframe = "columns", matrix = "rowmajor"), path)

V <- function(x) if (is.null(x)) NULL else I(as.vector(unname(x)))
# Scalars stay scalars, vectors stay arrays even with one element, names are kept beside.
matrices <- function(part) {
  part <- part[!vapply(part, function(m) is.null(m) || length(m) == 0L, TRUE)]
  lapply(part, function(m) {
    m <- unclass(m)
    attributes(m) <- attributes(m)[c("dim", "dimnames", "names")]
    if (is.matrix(m)) list(rows = V(rownames(m)), columns = V(colnames(m)), values = unname(m)) else list(names = V(names(m)), values = V(m))
  })
}
blocks <- function(fit, what, labels) {
  found <- try(quiet(what(fit)), silent = TRUE)
  if (inherits(found, "try-error")) return(NULL)
  if (length(labels) == 1L && !identical(names(found), labels)) found <- list(found)
  lapply(seq_along(labels), function(g) c(list(group = labels[g]), matrices(if (is.list(found[[g]])) found[[g]] else list(value = found[[g]]))))
}

columns <- function(fit) {
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  rows <- table[!table$op %in% c("==", "<", ">"), ]
  standard <- try(as.data.frame(standardizedSolution(fit)), silent = TRUE)
  raw <- parameterEstimates(fit)
  take <- function(from, column) if (inherits(from, "try-error")) NA_real_ else as.numeric(from[[column]][match(key(rows), key(from))])
  data.frame(rows[c("lhs", "op", "rhs")], group = if (is.null(rows$group)) 1L else rows$group,
    rows[c("label", "plabel", "free", "user", "exo", "est")], se = take(raw, "se"), std_all = take(standard, "est.std"), std_se = take(standard, "se"))
}

figures <- function(case, polished) {
  fit <- polished$fit
  n_groups <- lavInspect(fit, "ngroups")
  labels <- if (n_groups == 1L) "" else lavInspect(fit, "group.label")
  o <- fit@Options
  table <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  limits <- table[table$op %in% c("==", "<", ">"), c("lhs", "op", "rhs", "user")]
  sampled <- blocks(fit, function(f) lavInspect(f, "sampstat"), labels)
  call <- case$call
  for (k in intersect(c("ordered", "group.equal", "group.partial"), names(call))) call[[k]] <- V(call[[k]])
  out <- list(
    case = case$id, about = case$about, lavaan_version = "0.6-14", data = case$data, rule = RULES[[case$data]],
    syntax = case$syntax, call = c(list("function" = case$fun), call),
    options = list(estimator = o$estimator, se = o$se, test = V(o$test), information = V(o$information), parameterization = o$parameterization,
      missing = o$missing, conditional.x = o$conditional.x, fixed.x = o$fixed.x, meanstructure = o$meanstructure, h1.information = V(o$h1.information)),
    n = lavInspect(fit, "ntotal"), n_per_group = V(lavInspect(fit, "nobs")), group_labels = V(labels),
    npar = fit@Model@nx.free, npar_unconstrained = length(free_values(fit)), identified = case$identified, converged = case$converged, admissible = quiet(lavInspect(fit, "post.check")),
    max_gradient = polished$gradient, newton_steps = polished$steps, baseline_gradient = polished$baseline_gradient,
    parameters = columns(fit), constraints = limits,
    tests = tests_of(fit@test), baseline_tests = tests_of(fit@baseline$test),
    fit_measures = measures(fit),
    sample = sampled,
    implied = blocks(fit, function(f) lavInspect(f, "implied"), labels),
    residual_correlations = blocks(fit, function(f) lavResiduals(f, type = "cor.bentler", se = FALSE, zstat = FALSE, summary = FALSE, add.type = FALSE), labels),
    r_squared = blocks(fit, function(f) lavInspect(f, "rsquare"), labels),
    latent_correlations = blocks(fit, function(f) lavInspect(f, "cor.lv"), labels),
    latent_covariances = blocks(fit, function(f) lavInspect(f, "cov.lv"), labels),
    latent_means = blocks(fit, function(f) lavInspect(f, "mean.lv"), labels),
    vcov_diag = try_numbers(function() diag(vcov(fit))))
  if (fit@Model@categorical) {
    out$moments <- lapply(seq_len(n_groups), function(g) list(group = labels[g],
      observed = V(fit@SampleStats@WLS.obs[[g]]), nacov_diag = V(diag(fit@SampleStats@NACOV[[g]]))))
  }
  for (extra in case$extra) out <- c(out, EXTRA[[extra]](fit, labels))
  out$notes <- if (is.null(case$notes)) "" else case$notes
  out
}
# fitMeasures stops with an error where the information cannot be inverted.
measures <- function(fit) { found <- try(quiet(fitMeasures(fit)), silent = TRUE); if (inherits(found, "try-error")) NULL else as.list(numbers(found)) }
try_numbers <- function(f) { found <- try(f(), silent = TRUE); if (inherits(found, "try-error")) NULL else V(as.numeric(found)) }

try_list <- function(f) { found <- try(f(), silent = TRUE); if (inherits(found, "try-error")) NULL else as.list(unlist(found)) }

EXTRA <- list(
  modification = function(fit, labels) {
    m <- as.data.frame(quiet(modindices(fit)))
    list(modification = m[intersect(c("lhs", "op", "rhs", "group", "mi", "epc", "sepc.all"), names(m))])
  },
  # Rows 1 to 10 of every group, by lavaan's optimiser (about 1e-5).
  scores = function(fit, labels) {
    one <- quiet(lavPredict(fit))
    one <- if (is.list(one)) one else list(one)
    list(scores = lapply(seq_along(one), function(g) c(list(group = labels[g], method = "EBM"), matrices(list(rows = unclass(one[[g]])[1:10, , drop = FALSE])))))
  },
  covariance = function(fit, labels) list(vcov = unname(unclass(vcov(fit))),
    nacov = lapply(fit@SampleStats@NACOV, unname), 
    residuals = blocks(fit, function(f) lavResiduals(f, type = "raw", se = FALSE, zstat = FALSE, summary = FALSE, add.type = FALSE), labels)),
  score_tests = function(fit, labels) {
    s <- quiet(lavTestScore(fit, epc = TRUE))
    epc <- as.data.frame(s$epc)
    list(score_tests = list(total = as.list(s$test), univariate = as.data.frame(s$uni), epc = epc[intersect(c("lhs", "op", "rhs", "group", "label", "plabel", "free", "est", "epc", "epv"), names(epc))]))
  }
)

CASES <- list()
case <- function(id, about, data, syntax, ..., fun = "sem", notes = NULL, extra = NULL, identified = TRUE) {
  lines <- trimws(strsplit(syntax, "\n", fixed = TRUE)[[1L]])
  CASES[[length(CASES) + 1L]] <<- list(id = id, about = about, data = data, fun = fun,
    syntax = paste(lines[nzchar(lines)], collapse = "\n"), call = list(...), notes = notes, extra = extra, identified = identified)
}

# Difference tests of two cases by lavaan's default for them and by its other ways that run.
PAIRS <- list()
nested <- function(id, larger, smaller, about = "") PAIRS[[length(PAIRS) + 1L]] <<- list(id = id, larger = larger, smaller = smaller, about = about)
POLISHED <- list()
polished_case <- function(id) {
  if (is.null(POLISHED[[id]])) POLISHED[[id]] <<- polish(Filter(function(one) one$id == id, CASES)[[1L]])$fit
  POLISHED[[id]]
}
WAYS <- list(default = list(), satorra.2000_delta = list(method = "satorra.2000", A.method = "delta"),
  satorra.2000_exact = list(method = "satorra.2000", A.method = "exact"),
  satorra.2000_delta_adjusted = list(method = "satorra.2000", A.method = "delta", scaled.shifted = FALSE),
  satorra.bentler.2001 = list(method = "satorra.bentler.2001"), satorra.bentler.2010 = list(method = "satorra.bentler.2010"))
run_pairs <- function(wanted) {
  for (pair in PAIRS) if (grepl(wanted, paste0("nested_", pair$id))) {
    if (nzchar(Sys.getenv("SKIP_EXISTING")) && file.exists(file.path(OUT, paste0("nested_", pair$id, ".json")))) next
    m1 <- polished_case(pair$larger)
    m0 <- polished_case(pair$smaller)
    found <- lapply(WAYS, function(way) {
      t <- try(quiet(do.call(lavTestLRT, c(list(m1, m0), way))), silent = TRUE)
      if (inherits(t, "try-error")) return(list(refused = trimws(gsub("\\s+", " ", as.character(t)))))
      list(chisq_diff = t[["Chisq diff"]][2L], df_diff = t[["Df diff"]][2L], pvalue = t[["Pr(>Chisq)"]][2L],
        heading = sub("\n.*", "", trimws(attr(t, "heading"))[1L]))
    })
    write_json(list(case = paste0("nested_", pair$id), about = pair$about, lavaan_version = "0.6-14", larger = pair$larger, smaller = pair$smaller,
      difference = found), file.path(OUT, paste0("nested_", pair$id, ".json")))
    cat(sprintf("nested_%-34s diff %-10.8g df %-4s p %.6g\n", pair$id, found$default$chisq_diff, format(found$default$df_diff), found$default$pvalue))
  }
}

# A call that lavaan refuses or does not finish is recorded with its sentence.
run <- function(wanted) {
  for (one in CASES) if (grepl(wanted, one$id)) {
    # SKIP_EXISTING helps while working.
    if (nzchar(Sys.getenv("SKIP_EXISTING")) && file.exists(file.path(OUT, paste0(one$id, ".json")))) next
    started <- Sys.time()
    plain <- try(fit_default(one), silent = TRUE)
    one$converged <- !inherits(plain, "try-error") && lavInspect(plain, "converged")
    result <- if (inherits(plain, "try-error")) plain else try({
      polished <- if (one$identified) polish(one) else list(fit = plain, gradient = NA, steps = 0L, baseline_gradient = NA)
      POLISHED[[one$id]] <<- polished$fit
      figures(one, polished)
    }, silent = TRUE)
    if (inherits(result, "try-error")) {
      result <- list(case = one$id, about = one$about, lavaan_version = "0.6-14", data = one$data, syntax = one$syntax,
        call = c(list("function" = one$fun), one$call), converged = one$converged,
        refused = trimws(gsub("\\s+", " ", as.character(result))), notes = if (is.null(one$notes)) "" else one$notes)
    }
    write_json(result, file.path(OUT, paste0(one$id, ".json")))
    cat(sprintf("%-42s gradient %-9.2g steps %-3s npar %-4s df %-4s chisq %-10.8g conv %s ok %s %.1fs %s\n", one$id,
      if (is.null(result$max_gradient)) NA else result$max_gradient, format(result$newton_steps), format(result$npar), format(result$fit_measures$df),
      if (is.null(result$fit_measures$chisq)) NA else result$fit_measures$chisq, format(one$converged), format(result$admissible),
      as.numeric(Sys.time() - started, units = "secs"), substr(paste("", result$refused), 1, 150)))
  }
}
