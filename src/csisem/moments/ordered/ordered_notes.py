"""Notes and warnings about the moments of ordered items."""

from __future__ import annotations

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.moments.correlations import correlations_of, indefinite
from csisem.moments.ordered.ordered_moments import OrderedMoments


def ordered_warnings(moments: OrderedMoments) -> tuple[Sentence, ...]:
    """Groups whose correlations are indefinite."""
    found = []
    for label, cov in zip(moments.groups or (None,), moments.cov, strict=True):
        if (lowest := indefinite(correlations_of(cov), moments.items)) is not None:
            found.append(sentence("ordered.indefinite", group=label, eigenvalue=lowest[0], items=lowest[1]))
    return tuple(found)


def ordered_notes(moments: OrderedMoments) -> tuple[Sentence, ...]:
    """Pairs of items with fewer rows than there are, and pairs whose empty cell was filled."""
    found = []
    row, col = np.tril_indices(len(moments.items), -1)
    both = moments.answered[:, row, col].sum(axis=0)
    rows = int(moments.n.sum())
    if both.size and both.min() < rows:
        least = int(both.argmin())
        pair = (moments.items[col[least]], moments.items[row[least]])
        found.append(sentence("ordered.pairwise", least=int(both[least]), pair=pair, rows=rows))
    if moments.filled:
        found.append(sentence("ordered.filled", pairs=moments.filled))
    return tuple(found)
