"""The ledger: what was done, by whom and when, each entry linked by its hash to the one before."""
