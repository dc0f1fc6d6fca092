"""Legal holds: recordings that are kept until a hold is lifted, before every other rule (requirement R3)."""
