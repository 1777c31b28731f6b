"""What belongs to people: erasing and exporting it, and letting go what is not kept any longer (docs/privacy.md)."""
