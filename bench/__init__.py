"""The figures that the README quotes, each beside its limit measured in the same run."""
