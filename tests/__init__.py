"""The system's tests: callcenter/README.md describes the folders."""
