"""Pure decisions about health: how an engine keeps up, which parts run, on which node an agent works."""
