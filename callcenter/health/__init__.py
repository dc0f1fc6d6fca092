"""Health: which parts of the system run, on which node, how late; what each process reports of itself."""
