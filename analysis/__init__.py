"""From a video file to judged repetitions and their pictures. Knows no network, queue, web or database."""

import os

__version__ = "0.1.0"

# The matrices of the judging are small: a pool of threads would wait for itself as long as it works. numpy reads this
# when it is loaded, which is after this package.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
