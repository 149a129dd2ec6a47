"""What others compute, beside what the tool does."""

import os

# Speed is that of the kernels that this machine has; no result depends on them.
os.environ.pop("OPENBLAS_CORETYPE", None)
