"""From a draft to what readers see: draft, approval, embargo, withdrawal; changes and revisions."""
