"""One declaration in each file, as `EXERCISE`; a new file is found by itself."""
