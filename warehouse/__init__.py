"""The path of the data from an institution's file to a release, one module or package a stage."""

import os

# Polars' allocator (jemalloc) gives freed memory back at once, and every batch of a large file
# faults it in again: two seconds of patience spare a tenth of a load. Read when Polars is imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:2000,muzzy_decay_ms:2000")
