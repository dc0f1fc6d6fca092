"""Pure decisions of the intake: what a column is, what a row is worth, what may be shown of it."""
