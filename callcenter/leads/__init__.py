"""Leads for the other rooms: card, facts, number, lists, stock, and the order of the stock."""
