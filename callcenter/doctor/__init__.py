"""Names what is wrong with the installation: what was found, in one sentence with what to do."""
