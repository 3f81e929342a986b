"""Asking the past: the record as known at one moment and as true at another, and what lies between two."""
