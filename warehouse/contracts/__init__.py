"""One Open Data Contract Standard file per extract, and their one reader."""
