"""May this call be placed, what comes next, when again: the desk an agent works at and the engine behind it."""
