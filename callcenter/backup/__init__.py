"""Backs the installation up, restores it into an empty place, and proves by a drill that the one becomes the other."""
