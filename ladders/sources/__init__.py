"""Tables made again from their upstream: a local clone at a pinned commit -> a table of data/.

One module for each upstream; `clone` reads git objects, `refresh` compares and writes.
"""
