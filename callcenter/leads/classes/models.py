"""Tables of classes."""
