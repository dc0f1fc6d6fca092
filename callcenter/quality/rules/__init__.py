"""Pure rules of quality: the score card, and the check of a verdict against it."""
