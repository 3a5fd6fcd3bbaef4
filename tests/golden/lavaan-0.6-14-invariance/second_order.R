# What equality fixes, in HolzingerSwineford1939 by school, by lavaan 0.6-14: Rscript second_order.R > second_order.json
# markers: score tests of the markers' loadings under metric invariance, with another item as marker; means: modification
# indices of means held at zero; levels: a second-order ladder with the intercepts of the dimensions zero in both groups,
# written out, the mean of the second order and modification indices of the dimensions' intercepts.
suppressPackageStartupMessages(library(lavaan))
stopifnot(as.character(packageVersion("lavaan")) == "0.6.14")
d <- HolzingerSwineford1939
num <- function(x) sprintf("%.12g", x)
pairs <- function(names, values) sprintf("{%s}", paste(sprintf('"%s": %s', names, num(values)), collapse = ", "))
first <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"

moved <- "visual =~ NA*x1 + 1*x2 + x3\ntextual =~ NA*x4 + 1*x5 + x6\nspeed =~ NA*x7 + 1*x8 + x9"
fit <- cfa(moved, d, group = "school", group.equal = "loadings")
s <- lavTestScore(fit)$uni
pt <- parTable(fit)
at <- match(s$lhs, pt$plabel)
own <- pt$rhs[at] %in% c("x1", "x4", "x7")
markers <- pairs(paste(pt$lhs[at], "=~", pt$rhs[at])[own], s$X2[own])

held <- cfa(first, d, group = "school", group.equal = c("loadings", "intercepts", "means"))
m <- modindices(held)
m <- m[m$op == "~1" & m$group == 2 & m$lhs %in% c("visual", "textual", "speed"), ]
means <- pairs(paste(m$lhs, "~1"), m$mi)

second <- paste0(first, "\ng =~ visual + textual + speed")
zero <- "\nvisual ~ c(0, 0)*1\ntextual ~ c(0, 0)*1\nspeed ~ c(0, 0)*1\ng ~ c(0, NA)*1"
equal <- list(metric = "loadings", scalar = c("loadings", "intercepts"),
              strict = c("loadings", "intercepts", "residuals"))
levels <- c()
for (level in names(equal)) {
  scalar <- level != "metric"
  fit <- cfa(if (scalar) paste0(second, zero) else second, d, group = "school", group.equal = equal[[level]])
  v <- fitMeasures(fit, c("df", "chisq", "cfi", "rmsea", "srmr"))
  text <- sprintf('"%s": {"measures": %s', level, pairs(names(v), v))
  if (scalar) {
    pt <- parTable(fit)
    own <- pt[pt$op == "~1" & pt$lhs == "g" & pt$group == 2, ]
    m <- modindices(fit)
    m <- m[m$op == "~1" & m$group == 2 & m$lhs %in% c("visual", "textual", "speed"), ]
    text <- sprintf('%s, "mean": [%s, %s], "intercepts": %s', text, num(own$est), num(own$se),
                    pairs(paste(m$lhs, "~1"), m$mi))
  }
  levels <- c(levels, paste0(text, "}"))
}
freed <- cfa(paste0(second, "\nvisual ~ c(0, 0)*1\ntextual ~ c(0, NA)*1\nspeed ~ c(0, 0)*1\ng ~ c(0, NA)*1"), d,
             group = "school", group.equal = c("loadings", "intercepts"))
v <- fitMeasures(freed, c("df", "chisq"))
part <- cfa("visual =~ c(1, NA)*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", d, group = "school",
            group.equal = "loadings", group.partial = "visual =~ x1")
w <- fitMeasures(part, c("df", "chisq"))
cat(sprintf('{\n  "markers": %s,\n  "means": %s,\n  "levels": {%s},\n  "textual ~1 free": %s,\n  "x1 free": %s\n}\n', markers,
            means, paste(levels, collapse = ",\n    "), pairs(names(v), v), pairs(names(w), w)))
