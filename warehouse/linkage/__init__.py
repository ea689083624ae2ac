"""Linkage: which source records are the same person."""
