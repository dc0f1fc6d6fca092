"""What several tests use: waiting for states, and the parts of a running system."""
