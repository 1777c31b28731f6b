"""Following one person through every frame, on all cores."""
