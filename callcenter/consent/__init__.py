"""Legal basis of a lead: its evidence, renewal, withdrawal and history (requirement L9)."""
