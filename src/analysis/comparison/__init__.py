"""Comparison: from the store to what can be said, with how sure it is."""
