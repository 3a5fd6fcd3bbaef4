"""Every sentence by its code, in English and Chinese; one file a subject, which begins the code."""

from collections.abc import Mapping

from csisem.display.wording import Wording
from csisem.display.words import bootstrap, comparison, design, estimators, file, fit, fit_summary, index, pls, rows

WORDS: Mapping[str, Wording] = {
    code: wording
    for subject in (file, rows, design, fit, pls, fit_summary, bootstrap, comparison, index, estimators)
    for code, wording in subject.WORDS.items()
}
