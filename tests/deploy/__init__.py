"""The files an operator installs from: units, proxy, rules, handbooks."""
