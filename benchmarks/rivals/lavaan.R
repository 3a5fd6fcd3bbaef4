# A lavaan session: reads commands from standard input, answers on standard output, each answer ended by "END".
#   open FILE N P MODEL TASK  read N x P doubles (row by row) and the model's text; column names stand above the text;
#                        TASK is ML, MLR, FIML or WLSMV
#   turn SCENARIO SEC    complete fits for about SEC seconds, at least one; the seconds of each
#   outcome              kind <tab> parameter <tab> value
#   bootstrap COUNT      seconds that COUNT draws took (the fit they start from excluded), and what they are like:
#                        kind <tab> parameter <tab> value
#   memory               bytes one complete fit needs at its peak beyond what was there before
# The start of R and the loading of lavaan are not in any figure but the one that `hello` gives.

started <- Sys.time()
suppressMessages(library(lavaan))
loading <- as.numeric(Sys.time() - started, units = "secs")

say <- function(...) cat(..., "\n", sep = "")
end <- function() { cat("END\n"); flush(stdout()) }
number <- function(x) formatC(x, digits = 17, format = "g")

complete <- function(scenario) {
  # A parameter table instead of a text spares lavaan the reading of the model.
  fit <- sem(if (scenario == "new") text else table, data = answers, estimator = estimator, missing = missing,
             ordered = ordered)
  list(fit = fit, measures = fitMeasures(fit), parameters = parameterEstimates(fit, standardized = TRUE))
}

resident <- function(what) {
  line <- grep(paste0("^", what, ":"), readLines("/proc/self/status"), value = TRUE)
  1024 * as.numeric(strsplit(trimws(sub(".*:", "", line)), " ")[[1]][1])
}

input <- file("stdin", open = "r")
repeat {
  line <- readLines(input, n = 1)
  if (length(line) == 0) break
  words <- strsplit(line, "\t")[[1]]
  if (words[1] == "hello") {
    say(as.character(packageVersion("lavaan")))
    say(paste(R.version$major, R.version$minor, sep = "."))
    say(number(loading))
    say(basename(extSoftVersion()[["BLAS"]]))
  } else if (words[1] == "open") {
    n <- as.integer(words[3]); p <- as.integer(words[4])
    lines <- readLines(words[5])
    text <- paste(lines[-1], collapse = "\n")
    estimator <- if (words[6] == "FIML") "ML" else words[6]
    ordered <- if (words[6] == "WLSMV") strsplit(lines[1], " ")[[1]] else NULL
    missing <- if (words[6] == "FIML") "ml" else "listwise"
    answers <- as.data.frame(matrix(readBin(words[2], "double", n * p), n, p, byrow = TRUE))
    names(answers) <- strsplit(lines[1], " ")[[1]]
    table <- lavaanify(text, model.type = "sem", auto = TRUE, meanstructure = missing == "ml", int.ov.free = TRUE,
                       int.lv.free = FALSE)
    invisible(gc())
  } else if (words[1] == "turn") {
    total <- 0
    repeat {
      begin <- Sys.time()
      complete(words[2])
      taken <- as.numeric(Sys.time() - begin, units = "secs")
      say(number(taken))
      total <- total + taken
      if (total >= as.numeric(words[3])) break
    }
  } else if (words[1] == "outcome") {
    done <- complete("new")
    p <- done$parameters
    name <- paste(p$lhs, p$op, p$rhs)
    s <- standardizedSolution(done$fit)
    say(paste("est", name, number(p$est), sep = "\t", collapse = "\n"))
    say(paste("se", name, number(p$se), sep = "\t", collapse = "\n"))
    say(paste("std", paste(s$lhs, s$op, s$rhs), number(s$est.std), sep = "\t", collapse = "\n"))
    say(paste("std_se", paste(s$lhs, s$op, s$rhs), number(s$se), sep = "\t", collapse = "\n"))
    test <- if (estimator != "ML") "chisq.scaled" else "chisq"
    say(paste("measure", c("chisq", "df"), number(done$measures[c(test, "df")]), sep = "\t", collapse = "\n"))
  } else if (words[1] == "bootstrap") {
    fit <- sem(text, data = answers)
    p <- parTable(fit)
    name <- paste(p$lhs, p$op, p$rhs)[p$free > 0]
    begin <- Sys.time()
    draws <- suppressWarnings(bootstrapLavaan(fit, R = as.integer(words[2])))
    say(paste("seconds", "", number(as.numeric(Sys.time() - begin, units = "secs")), sep = "\t"))
    say(paste("draws", "", nrow(draws), sep = "\t"))
    say(paste("est", name, number(colMeans(draws)), sep = "\t", collapse = "\n"))
    say(paste("se", name, number(apply(draws, 2, sd)), sep = "\t", collapse = "\n"))
    say(paste("measure", c("chisq", "df"), number(fitMeasures(fit, c("chisq", "df"))), sep = "\t", collapse = "\n"))
  } else if (words[1] == "memory") {
    if (file.exists("/proc/self/status")) {
      invisible(gc())
      writeLines("5", "/proc/self/clear_refs")
      before <- resident("VmRSS")
      invisible(complete("new"))
      say(number(resident("VmHWM") - before))
    } else say("nan")
  }
  end()
}
