"""Check the robust golden files: published figures and the formulas of the scaled and robust indices.

    python check.py          (needs scipy)

Every index is rebuilt from `tests` and `baseline_tests`; SRMR and likelihood measures
follow the formulas in ../lavaan-0.6-14/check.py.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import chi2, ncx2

HERE = Path(__file__).parent
ONE = "VAL~EXP", "SAT~EXP", "SAT~VAL", "LOY~SAT"

# facts.md 3.3(a), polished figures at 1e-8, default runs (marked False) at what those reach.
PUBLISHED = {
    ("mobi_small_mlm", True): {"chisq.scaled": 36.7015887, "chisq.scaling.factor": 1.41103624,
                               "rmsea.robust": 0.03221931},
    ("mobi_small_mlm", False): {"cfi.robust": 0.9904973555},
    ("mobi_small_mlmv", True): {"chisq.scaled": 35.0923707},
    ("mobi_small_mlmvs", True): {"chisq.scaled": 18.9078882, "df.scaled": 15.9705494},
    ("mobi_small_mlr", True): {"chisq.scaled": 39.6073553, "chisq.scaling.factor": 1.3075165},
    ("mobi_small_mlr", False): {"cfi.robust": 0.9866838136, "rmsea.robust": 0.0381072735},
    ("mobi_small_gls", False): {"chisq": 47.1814492124, "cfi": 0.894574, "srmr": 0.050322},
    ("mobi_small_uls", False): {"chisq": 260.643299},
    ("mobi_small_wls", False): {"chisq": 50.5944624544},
    ("mobi_small_dwls", False): {"chisq": 18.289694200},
    ("fiml_ml", False): {"logl": -4499.42676, "unrestricted.logl": -4479.88004, "chisq": 39.0934298, "cfi": 0.989899503,
                         "rmsea": 0.0323158401},
    ("weighted_mlr", False): {"chisq": 46.2293510, "chisq.scaled": 33.1771170, "chisq.scaling.factor": 1.3934107,
                              "cfi": 0.98134419, "rmsea": 0.044329194, "srmr": 0.042458092, "logl": -4672.7859},
}  # fmt: skip
PATHS = {  # estimate, error, tolerance
    "fiml_ml": (((0.992, 0.266), (0.518, 0.165), (0.233, 0.054), (1.675, 0.229)), 5e-4),
    "weighted_mlr": (((0.815600, 0.264155), (0.395853, 0.146836), (0.227713, 0.066733), (1.758315, 0.254947)), 2e-5),
}


def cfi(t, df, t0, df0, c=1.0, c0=1.0):
    a, b = t - c * df, t0 - c0 * df0
    return 1 - max(a, 0) / max(a, b, 0) if max(a, b, 0) > 0 else 1.0


def tli(t, df, t0, df0, c=1.0, c0=1.0):
    return 1 - (t - c * df) * df0 / ((t0 - c0 * df0) * df)


def rebuilt(case):
    size = case["n"] if case["options"]["estimator"] == "ML" else case["n"] - len(case["n_per_group"])
    groups = len(case["n_per_group"])
    standard, base = case["tests"][0], case["baseline_tests"][0]
    t, df, t0, df0 = standard["stat"], standard["df"], base["stat"], base["df"]

    def rmsea(stat, d, c=1.0):
        return np.sqrt(max(0.0, (stat / size) / d - c / size)) * np.sqrt(groups)

    def close(stat, d, c=1.0):
        return 1 - ncx2.cdf(stat, d, size * d * 0.05**2 / c / groups)

    out = {"chisq": t, "df": df, "pvalue": chi2.sf(t, df), "cfi": cfi(t, df, t0, df0), "tli": tli(t, df, t0, df0),
           "nfi": 1 - t / t0, "ifi": (t0 - t) / (t0 - df), "rmsea": rmsea(t, df),
           "rmsea.pvalue": close(t, df)}  # fmt: skip
    if len(case["tests"]) == 1:
        return out
    scaled, base_scaled = case["tests"][1], case["baseline_tests"][1]
    ts, ds, ts0, ds0 = scaled["stat"], scaled["df"], base_scaled["stat"], base_scaled["df"]
    out |= {"chisq.scaled": ts, "df.scaled": ds, "pvalue.scaled": chi2.sf(ts, ds), "cfi.scaled": cfi(ts, ds, ts0, ds0),
            "tli.scaled": tli(ts, ds, ts0, ds0), "nfi.scaled": 1 - ts / ts0,
            "ifi.scaled": (ts0 - ts) / (ts0 - ds)}  # fmt: skip
    shifted = scaled["test"] == "scaled.shifted"
    # Scaled RMSEA: the unscaled statistic over trace(U Gamma), or the shifted one over df.
    over = (ts, df) if shifted else (t, scaled["trace.UGamma"])
    out |= {"rmsea.scaled": rmsea(*over), "rmsea.pvalue.scaled": close(*over)}
    if scaled["test"] == "mean.var.adjusted" or case["options"]["missing"] == "ml":
        return out  # no robust indices; with FIML they need the corrected fit function (README)
    c, c0 = scaled["scaling.factor"], base_scaled["scaling.factor"]
    mean, mean0 = c, c0
    if shifted:  # trace(U Gamma)/df
        mean, mean0 = (s["scaling.factor"] * (s["df"] - s["shift.parameter"]) / s["df"] for s in (scaled, base_scaled))
    out |= {"cfi.robust": cfi(t, df, t0, df0, mean, mean0), "tli.robust": tli(t, df, t0, df0, mean, mean0),
            "rmsea.robust": rmsea(t, df, mean), "rmsea.pvalue.robust": close(ts, df, c)}  # fmt: skip
    return out


def main() -> None:
    bad = 0
    for path in sorted(HERE.glob("*.json")):
        case = json.loads(path.read_text())
        if case["max_gradient"] > 1e-12:
            bad += 1
            print(path.stem, "gradient", case["max_gradient"])
        if "fit_measures" not in case:
            continue
        fm = case["fit_measures"]
        for name, value in rebuilt(case).items():
            # null: lavaan gives no p-value for ULS and no scaled NFI for mean.var.adjusted.
            # lavaan takes a factor of exactly 1, that of DWLS's baseline, for no scaling (README).
            if case["call"]["estimator"] == "WLSM" and name in ("cfi.robust", "tli.robust"):
                continue
            if fm.get(name) is not None and abs(value - fm[name]) > 1e-9 * max(1.0, abs(value)):
                bad += 1
                print(path.stem, name, value, fm[name])
    for (stem, polished), figures in PUBLISHED.items():
        fm = json.loads((HERE / f"{stem}.json").read_text())["fit_measures"]
        for name, value in figures.items():
            # As many digits as were printed, and no more than a default run has.
            digits = len(repr(value).split(".")[1])
            limit = max(0.6 * 10.0**-digits, 0 if polished else 3e-6 * abs(value))
            gap = abs(fm[name] - value)
            bad += gap > limit
            print(f"{stem:18s} {name:22s} {value:<16} {fm[name]:<20} {'ok' if gap <= limit else 'DIFFERS'}")
    for stem, (figures, limit) in PATHS.items():
        rows = {r["lhs"] + r["op"] + r["rhs"]: r for r in json.loads((HERE / f"{stem}.json").read_text())["parameters"]}
        for name, (est, se) in zip(ONE, figures, strict=True):
            gap = max(abs(rows[name]["est"] - est), abs(rows[name]["se"] - se))
            bad += gap > limit
            found = f"{rows[name]['est']:.6f} ({rows[name]['se']:.6f})"
            print(f"{stem:18s} {name:22s} {found} {'ok' if gap <= limit else 'DIFFERS'}")
    print("all good" if not bad else f"{bad} failures")


if __name__ == "__main__":
    main()
