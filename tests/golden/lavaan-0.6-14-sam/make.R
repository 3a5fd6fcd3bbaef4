# Golden reference figures for structural-after-measurement (local SAM), made with R and lavaan 0.6-14.
#
#   Rscript make.R [--mobi mobi.csv] [--python python] [--out DIR] [--only REGEX]
#
# Data and writer are those of ../lavaan-0.6-14-ordered/shared.R.  lavaan's optimiser is told to stop late (rel.tol 1e-12).

source(file.path(dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))), "..", "lavaan-0.6-14-ordered", "shared.R"))
LATE <- list(rel.tol = 1e-12, iter.max = 10000)

FULL <- "
  IMAG =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
  EXP =~ CUEX1 + CUEX2 + CUEX3
  QUAL =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  COMP =~ CUSCO
  LOY =~ CUSL1 + CUSL2 + CUSL3
  EXP ~ IMAG
  QUAL ~ EXP
  VAL ~ EXP + QUAL
  SAT ~ IMAG + EXP + QUAL + VAL
  COMP ~ SAT
  LOY ~ IMAG + SAT + COMP"
SMALL <- "
  EXP =~ CUEX1 + CUEX2 + CUEX3
  VAL =~ PERV1 + PERV2
  SAT =~ CUSA1 + CUSA2 + CUSA3
  LOY =~ CUSL1 + CUSL3
  VAL ~ EXP
  SAT ~ EXP + VAL
  LOY ~ SAT"
THREE_STEPS <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9
  textual ~ visual
  speed ~ visual + textual"
CORRELATED <- "
  visual =~ x1 + x2 + x3
  textual =~ x4 + x5 + x6
  speed =~ x7 + x8 + x9"
DEMOCRACY <- "
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60"

case("abilities_paths", "three abilities, paths", "holzinger", THREE_STEPS)
case("abilities_correlated", "three abilities, covariances", "holzinger", CORRELATED)
case("abilities_ols", "blocks by M.method = ULS", "holzinger", THREE_STEPS, local.options = list(M.method = "ULS"))
case("abilities_gls", "blocks by M.method = GLS", "holzinger", THREE_STEPS, local.options = list(M.method = "GLS"))
case("abilities_naive", "errors that take the measurement as known", "holzinger", THREE_STEPS, se = "naive")
case("abilities_alpha", "alpha.correction = 2", "holzinger", THREE_STEPS, alpha.correction = 2L)
case("abilities_global", "global SAM", "holzinger", THREE_STEPS, sam.method = "global")
case("abilities_one_block", "one measurement block", "holzinger", THREE_STEPS, mm.list = list(c("visual", "textual", "speed")))
case("abilities_group", "two schools", "holzinger", THREE_STEPS, group = "school")
case("abilities_covariate", "a covariate", "holzinger", paste(THREE_STEPS, "
  visual ~ ageyr"))
case("mobi_small", "small mobile-phone model", "mobi", SMALL)
case("mobi_small_blocks", "small mobile-phone model, constructs of two items measured with others", "mobi", SMALL, mm.list = list("EXP", c("VAL", "SAT", "LOY")))
case("mobi_small_one_block", "small mobile-phone model, one measurement block", "mobi", SMALL, mm.list = list(c("EXP", "VAL", "SAT", "LOY")))
case("mobi_small_no_errors", "small mobile-phone model, se = none", "mobi", SMALL, se = "none")
case("mobi_full_blocks", "twelve paths, value measured with satisfaction", "mobi", FULL,
  mm.list = list("IMAG", "EXP", "QUAL", c("VAL", "SAT"), "COMP", "LOY"))
case("mobi_full_no_errors", "twelve paths, se = none", "mobi", FULL, se = "none")
case("mobi_full", "twelve paths, one single-item construct", "mobi", FULL)
case("mobi_full_global", "the same, global SAM", "mobi", FULL, sam.method = "global")
case("mobi_two_causes", "two causes that covary, a mediator", "mobi", "
  IMAG =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
  EXP =~ CUEX1 + CUEX2 + CUEX3
  SAT =~ CUSA1 + CUSA2 + CUSA3
  QUAL =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
  SAT ~ IMAG + EXP
  QUAL ~ SAT")
case("abilities_group_loadings", "two schools, equal loadings", "holzinger", THREE_STEPS, group = "school", group.equal = "loadings")
case("abilities_less_error", "constructs that would correlate above 1", "holzinger", "
  A =~ x1 + x2 + x4
  B =~ x3 + x6 + x8
  B ~ A")
case("democracy", "industrialisation and democracy", "political_democracy", DEMOCRACY)

table_of <- function(fit) {
  t <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  t <- t[!t$op %in% c("==", "<", ">"), ]
  standard <- try(as.data.frame(standardizedSolution(fit)), silent = TRUE)
  take <- function(column) if (inherits(standard, "try-error")) NA_real_ else as.numeric((if (is.null(standard[[column]])) rep(NA, nrow(standard)) else standard[[column]])[match(key(t), key(standard))])
  list(lhs = V(t$lhs), op = V(t$op), rhs = V(t$rhs), group = V(if (is.null(t$group)) rep(1L, nrow(t)) else t$group), label = V(t$label), free = V(t$free),
    step = V(if (is.null(t$step)) rep(NA, nrow(t)) else t$step), est = V(t$est), se = V(if (is.null(t$se)) rep(NA, nrow(t)) else t$se), std_all = V(take("est.std")), std_se = V(take("se")))
}

one <- function(case) {
  call <- c(list(model = case$syntax, data = DATA[[case$data]]), case$call)
  call$mm.args <- list(bounds = "standard", se = "standard", control = LATE, optim.force.converged = TRUE)
  call$struc.args <- list(estimator = "ML", se = "standard", control = LATE, optim.force.converged = TRUE)
  fit <- quiet(do.call(sam, call))
  inside <- fit@internal
  default <- quiet(do.call(sam, c(list(model = case$syntax, data = DATA[[case$data]]), case$call)))
  listed <- function(x) if (is.null(x)) NULL else lapply(x, function(m) if (is.matrix(m)) matrices(list(value = m))$value else if (is.numeric(m)) V(m) else NULL)
  spoken <- case$call
  list(case = case$id, about = case$about, lavaan_version = "0.6-14", data = case$data, rule = RULES[[case$data]], syntax = case$syntax, call = spoken,
    n = lavInspect(fit, "ntotal"), converged = lavInspect(fit, "converged"), default_run_distance = max(abs(fit@ParTable$est - default@ParTable$est)),
    parameters = table_of(fit), structural_fit = if (is.null(inside$sam.struc.fit)) NULL else as.list(inside$sam.struc.fit[is.finite(inside$sam.struc.fit)]),
    reliability = listed(inside$sam.mm.rel), mapping = listed(inside$sam.M), latent_covariances = listed(inside$sam.VETA), latent_means = listed(inside$sam.EETA),
    method = inside$sam.method, blocks = lapply(inside$sam.mm.list, V),
    block_fit = if (is.null(inside$sam.mm.table)) NULL else as.list(as.data.frame(inside$sam.mm.table)), internal_names = V(names(inside)))
}
for (case_ in CASES) if (grepl(ONLY, case_$id)) {
  result <- try(one(case_), silent = TRUE)
  if (inherits(result, "try-error")) result <- list(case = case_$id, about = case_$about, lavaan_version = "0.6-14", data = case_$data, syntax = case_$syntax,
    call = case_$call, converged = FALSE, refused = trimws(gsub("\\s+", " ", as.character(result))))
  write_json(result, file.path(OUT, paste0(case_$id, ".json")))
  cat(case_$id, result$converged, result$default_run_distance, result$refused, result$internal_names, "\n")
}
