"""The course's data sets: what there is, what is known of each, and the rows.

Every data set has a folder under ``datasets/`` in the checkout. Its ``metadata.json`` (MLCommons Croissant)
is the only place that says licence, citation, home, size and checksum; ``README.md`` is its datasheet.
"""

from workshop.datasets.catalogue import DatasetError, names, record_checksums
from workshop.datasets.datasheet import Datasheet, describe
from workshop.datasets.readers import load, truth
from workshop.datasets.store import fetch

__all__ = ["DatasetError", "Datasheet", "describe", "fetch", "load", "names", "record_checksums", "truth"]
