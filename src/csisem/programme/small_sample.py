"""The small sample: its answers, and the indicators it speaks against."""

from __future__ import annotations

from csisem.arrays import pd
from csisem.diagnose.answers.pilot import Pilot, pilot
from csisem.errors import DataError
from csisem.programme.decisions import WORDS
from csisem.programme.declared import Declared
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.stored_folder import SMALL_SAMPLE, answers_file
from csisem.programme.wave_file import read_small_sample

_PROPOSED = {"revise": WORDS["dropped"], "look": WORDS["revised"], "keep": WORDS["kept"]}


def small_sample(programme: Declared) -> Pilot:
    """Screen the questions that are left by the small sample's answers."""
    path = answers_file(programme.folder, SMALL_SAMPLE)
    if path is None:
        raise DataError(f"There is no small sample: put its answers into the folder as {SMALL_SAMPLE}.csv.")
    return pilot(read_small_sample(programme, path), programme.asked_in("small_sample"))


def proposals(programme: Declared) -> pd.DataFrame:
    """Return the pilot's verdict on each question as a proposal."""
    items = small_sample(programme).items
    proposed = [_PROPOSED[str(one)] for one in items["verdict"]]
    columns = (items.index.astype(str), items["indicator"], items["verdict"], proposed, items["reasons"])
    return sentence_frame(("name", "indicator", "verdict", "proposal", "reasons"), list(zip(*columns, strict=True)))
