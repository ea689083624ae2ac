"""Is this month plausible? Suites per contract, the gate that runs them, the page that shows them.

Nothing here imports Great Expectations before a gate has something to judge.
"""
