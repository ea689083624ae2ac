# What R's survey package finds: the reference of tests/spec/test_survey_reference.py.
#   Rscript golden.R design.csv golden.csv    writes the numbers kept beside this script
#   Rscript golden.R --api FOLDER             writes R's example samples as CSV, which are not kept here
suppressMessages(library(survey))
options(digits = 15)
data(api)

arguments <- commandArgs(trailingOnly = TRUE)
if (arguments[1] == "--api") {
  for (name in c("apistrat", "apiclus1", "apiclus2")) {
    write.csv(get(name), file.path(arguments[2], paste0(name, ".csv")), row.names = FALSE, na = "")
  }
  quit()
}

found <- data.frame()
keep <- function(design, statistic, columns, domain, value, error, freedom = NA, effect = NA) {
  found <<- rbind(found, data.frame(
    design = design, statistic = statistic, columns = columns, domain = domain,
    value = as.numeric(value), standard_error = as.numeric(error),
    freedom = as.numeric(freedom), design_effect = as.numeric(effect)
  ))
}

whole <- function(name, design, columns, pairs, by) {
  for (column in columns) {
    formula <- as.formula(paste0("~", column))
    for (statistic in c("total", "mean")) {
      estimator <- list(total = svytotal, mean = svymean)[[statistic]]
      made <- estimator(formula, design, na.rm = TRUE, deff = "replace")
      keep(name, statistic, column, "", coef(made), SE(made), effect = deff(made))
      for (b in by) {
        split <- svyby(formula, as.formula(paste0("~", b)), design, estimator, na.rm = TRUE)
        for (i in seq_len(nrow(split))) {
          member <- design$variables[[b]] == split[i, 1] & !is.na(design$variables[[column]])
          part <- subset(design, member)
          keep(name, statistic, column, paste0(b, "=", split[i, 1]), split[i, 2], SE(split)[i],
               degf(part))
        }
      }
    }
    lower <- svyquantile(formula, design, c(0.25, 0.5, 0.75), na.rm = TRUE)
    for (p in c(0.25, 0.5, 0.75)) {
      keep(name, paste0("quantile ", p), column, "", coef(lower)[match(p, c(0.25, 0.5, 0.75))], NA)
    }
  }
  for (pair in pairs) {
    made <- svyratio(as.formula(paste0("~", pair[1])), as.formula(paste0("~", pair[2])), design,
                     na.rm = TRUE)
    label <- paste(pair, collapse = "/")
    keep(name, "ratio", label, "", coef(made), SE(made))
    for (b in by) {
      split <- svyby(as.formula(paste0("~", pair[1])), as.formula(paste0("~", b)), design,
                     denominator = as.formula(paste0("~", pair[2])), svyratio, na.rm = TRUE)
      for (i in seq_len(nrow(split))) {
        keep(name, "ratio", label, paste0(b, "=", split[i, 1]), split[i, 2], SE(split)[i])
      }
    }
  }
}

dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
dclus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
dclus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
apis <- list(dstrat = dstrat, dclus1 = dclus1, dclus2 = dclus2)
for (name in names(apis)) {
  whole(name, apis[[name]], c("api00", "enroll"), list(c("api.stu", "enroll"), c("api00", "api99")),
        c("stype", "sch.wide"))
}

records <- read.csv(arguments[1], stringsAsFactors = FALSE)
records$unit <- paste(records$commune, records$household)
invented <- list(
  two_stage = svydesign(id = ~commune + unit, strata = ~stratum, fpc = ~communes + households,
                        data = records, nest = TRUE),
  first_stage = svydesign(id = ~commune, strata = ~stratum, weights = ~weight, fpc = ~communes,
                          data = records, nest = TRUE),
  with_replacement = svydesign(id = ~commune, strata = ~stratum, weights = ~weight, data = records,
                               nest = TRUE),
  unstratified = svydesign(id = ~commune, weights = ~weight, data = records)
)
for (name in names(invented)) {
  whole(name, invented[[name]], c("cost", "earnings"), list(c("cost", "earnings")),
        c("sex", "region"))
}
for (b in c("", "F", "M")) {
  design <- invented$with_replacement
  if (b != "") design <- subset(design, sex == b)
  share <- svyciprop(~zero_cost, design, method = "logit", na.rm = TRUE)
  domain <- if (b == "") "" else paste0("sex=", b)
  keep("with_replacement", "share", "zero_cost", domain, coef(share), SE(share))
  keep("with_replacement", "share lower", "zero_cost", domain, confint(share)[1], NA)
  keep("with_replacement", "share upper", "zero_cost", domain, confint(share)[2], NA)
}

# One commune of stratum C stands alone.
alone <- records[records$commune != "C2", ]
for (rule in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  design <- svydesign(id = ~commune, strata = ~stratum, weights = ~weight, data = alone,
                      nest = TRUE)
  for (statistic in c("total", "mean")) {
    made <- list(total = svytotal, mean = svymean)[[statistic]](~earnings, design)
    keep(paste("lonely", rule), statistic, "earnings", "", coef(made), SE(made))
  }
  made <- svyratio(~cost, ~earnings, design, na.rm = TRUE)
  keep(paste("lonely", rule), "ratio", "cost/earnings", "", coef(made), SE(made))
}
options(survey.lonely.psu = "fail")

# Calibrated to margins of the invented population; variances are those of the residuals.
population <- c(F = 160, M = 210)
regions <- c(N = 200, S = 170)
base <- invented$with_replacement
linear <- c(`(Intercept)` = 370, sexM = 210, regionS = 170)
bounds <- c(0.4, 2.2)
calibrated <- list(
  linear = calibrate(base, ~ sex + region, linear),
  raking = calibrate(base, ~ sex + region, linear, calfun = "raking", epsilon = 1e-11),
  logit = calibrate(base, ~ sex + region, linear, calfun = "logit", bounds = bounds,
                    epsilon = 1e-11),
  poststratified = postStratify(base, ~sex, data.frame(sex = names(population), Freq = population))
)
for (name in names(calibrated)) {
  design <- calibrated[[name]]
  label <- paste("calibrated", name)
  for (statistic in c("total", "mean")) {
    for (column in c("cost", "earnings")) {
      made <- list(total = svytotal, mean = svymean)[[statistic]](
        as.formula(paste0("~", column)), design, na.rm = TRUE)
      keep(label, statistic, column, "", coef(made), SE(made))
    }
  }
  factors <- weights(design) / weights(base)
  for (i in seq_along(factors)) keep(label, "factor", "", as.character(i), factors[i], NA)
}

write.csv(format(found, digits = 12, trim = TRUE), arguments[2], row.names = FALSE, quote = TRUE)
