"""The system's tests: see callcenter/README.md for what lies where."""
