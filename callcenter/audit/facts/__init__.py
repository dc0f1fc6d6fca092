"""Notes what the business tables hold, so that a later change of a row with SQL is found and the row is named."""
