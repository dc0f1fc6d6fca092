"""Every promise to call again: agents' promises, and the callback each complaining customer is owed."""
