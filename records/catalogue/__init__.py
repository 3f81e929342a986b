"""The catalogue of drugs that ships with the product: what may be prescribed, by its names.

entries.py reads the shipped file once a process; search.py finds drugs as one types; naming.py says
which drug a written name means; lookalikes.py knows names that are taken for one another. build.py
makes the file anew from its source (docs/catalogue.md). Knows nothing of Django, patients or tables.
"""
