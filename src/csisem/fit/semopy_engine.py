"""semopy as a second engine: its estimates and errors in our `Fit`; every measure stays ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.errors import ModelError

if TYPE_CHECKING:
    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]


def fit_semopy(empty: Fit) -> Fit:
    """Fit the model of ``empty`` by semopy's maximum likelihood and return it filled.

    Raises
    ------
    ModelError
        The model says something that semopy's syntax cannot: a mean structure, or constraints beyond equal labels.
    """
    raise ModelError("later")
