"""A customer as the other rooms need one: card, facts, number, lists, stock, and the order of the stock."""
