"""Pure rules of the leads room: reading numbers and personal data, and when a legal basis counts."""
