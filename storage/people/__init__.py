"""What belongs to people, and what they ask about it: to erase, to export, to be let go (docs/privacy.md)."""
