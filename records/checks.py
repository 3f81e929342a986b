"""System checks of the write side."""
