"""Pure decisions of imports: what a column is, whether a row becomes a lead, what may be shown of it."""
