"""Models of mechanisms: equations from published sources, parameters from data/parameters.csv, no fitted conclusion."""
