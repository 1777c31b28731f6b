"""One declaration for each pose that can be struck and held."""
