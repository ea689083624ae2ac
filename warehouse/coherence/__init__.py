"""Sources side by side: the same thing told by several, where they agree, why they do not."""
