"""The files of a programme to try."""

from __future__ import annotations

from pathlib import Path

from csisem.arrays import pd
from csisem.datasets.retail_programme import quarters, retail_questionnaire
from csisem.programme.stored_folder import SMALL_SAMPLE, WAVES
from csisem.survey.files.inert_text import inert_frame
from csisem.writing import write_files


def write_answers(folder: Path) -> None:
    """Write the answers of four quarters as waves, and forty rows of them as the small sample."""
    waves = quarters()
    asked = [one.name for one in retail_questionnaire().questions]
    some = pd.concat(list(waves.values()), ignore_index=True).iloc[::60][asked]
    files = {folder / WAVES / f"{wave}.csv": rows for wave, rows in waves.items()}
    files[folder / f"{SMALL_SAMPLE}.csv"] = some
    write_files({path: inert_frame(rows).to_csv(index=False, lineterminator="\n") for path, rows in files.items()})
