"""ILO's yearly tables of labour migration (ILMS), filled from a release, in ILO's own codes.

`tables.yml` says which dataflow fills which table, or why none does; `correspondences` how
SIMIMO's codes become ILO's.
"""
