"""Health: what each process reports of itself, and whether the engines keep up with their switches."""
