"""Courses of medication drawn over time: pure geometry, from what the record says to where a line stands.

Horizontal places are shares of the width, so that one drawing fits every screen and paper without its
words shrinking; heights are pixels. Must not know: tables, requests, addresses.
Source: the design's "Course drawing: geometry rules".
"""
