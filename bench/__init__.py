"""The figures that the README quotes, each beside its limit measured in the same run."""

import warehouse  # noqa: F401  (before Polars, whose allocator it sets)
