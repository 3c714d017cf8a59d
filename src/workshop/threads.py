"""One thread for the arithmetic of the course, wherever it runs."""

import os

from threadpoolctl import threadpool_limits

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def one_thread():
    """Let numpy, SciPy and scikit-learn calculate with one thread in this process and those that it starts.

    The matrices of the course are small: several threads mostly wait for each other, and how they share a sum decides
    its last digits.
    """
    os.environ.update(dict.fromkeys(_VARIABLES, "1"))  # read by a library when it is loaded
    threadpool_limits(1)  # for what is loaded already, as by `import pandas` in the line above ours
