"""Quality: a checker hears every success before a field agent visits the customer."""
