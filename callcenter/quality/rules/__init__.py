"""The decisions of quality: what is listened for, and whether a verdict agrees with it."""
