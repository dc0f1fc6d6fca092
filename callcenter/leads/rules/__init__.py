"""Pure decisions of the leads room: what a number is, what a column is, what a row is worth."""
