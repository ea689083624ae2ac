"""The steward's desk for codes: what no list knows, decisions on it, whole correspondences."""
