"""Make ``sorted_files.csv`` and ``truth.json``: python make.py.

The scores of a group of files are the quantiles of a normal distribution, in a random order. So the counts at the
threshold are those that were planned, and the two sorters are right equally often in the seller's test.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SEED = 2019
THRESHOLD = 0.5
# Files, and how many of them an investigator must see.
PILES = {"test": (5_000, 250), "archive": (10_000, 100), "device": (2_000, 800)}
# Planted: the share of the relevant files that a sorter flags, the share of the others, and how far its scores for
# both lie apart, in standard deviations. What B says has nothing to do with the file.
SORTERS = {
    "sorter_a": {"relevant_flagged": 0.8, "others_flagged": 350 / 4750},
    "sorter_b": {"relevant_flagged": 1 / 30, "others_flagged": 1 / 30},
}


def scores(random, number, flagged):
    """Return so many scores in a random order, of which the planned share reaches the threshold."""
    quantiles = (np.arange(number) + 0.5) / number
    threshold = 1 - round(number * flagged) / number
    # Cut after three digits, not rounded, so that none crosses the threshold.
    return random.permutation(np.floor(1000 * ndtr(ndtri(quantiles) - ndtri(threshold))) / 1000)


def generate(seed=SEED):
    """Make the files of all piles: pile, relevant, and the score of each sorter."""
    random = np.random.default_rng(seed)
    piles = []
    for pile, (files, relevant) in PILES.items():
        is_relevant = np.arange(files) < relevant
        rows = {"pile": pile, "relevant": is_relevant}
        for sorter, planted in SORTERS.items():
            parts = (
                scores(random, relevant, planted["relevant_flagged"]),
                scores(random, files - relevant, planted["others_flagged"]),
            )
            rows[sorter] = np.concatenate(parts)
        piles.append(pd.DataFrame(rows).iloc[random.permutation(files)])
    return pd.concat(piles, ignore_index=True)


def truth(seed=SEED):
    """Return what was planted."""
    return {"seed": seed, "threshold": THRESHOLD, "piles": PILES, "planted": SORTERS}


def make():
    table = generate()
    for sorter in SORTERS:
        table[sorter] = table[sorter].map("{:.3f}".format)
    table.to_csv(HERE / "sorted_files.csv", index=False, lineterminator="\n")
    (HERE / "truth.json").write_text(json.dumps(truth(), indent=2) + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)


if __name__ == "__main__":
    make()
