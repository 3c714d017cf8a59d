"""Make ``patches.png`` and ``patches.csv`` from the pinned scikit-image's ``data.lfw_subset``: python make.py."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from skimage.data import lfw_subset

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
FACES = 100  # the first pictures; the others come after them

if __name__ == "__main__":
    patches = lfw_subset()
    strip = np.rint(255 * patches).astype(np.uint8).reshape(-1, patches.shape[2])  # one below the other
    Image.fromarray(strip).save(HERE / "patches.png", optimize=True)
    rows = pd.DataFrame({"patch": range(len(patches))})
    rows.assign(face=rows["patch"] < FACES).to_csv(HERE / "patches.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
