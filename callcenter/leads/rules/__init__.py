"""Pure decisions of the leads room: what a number is, what is known of a person, when a legal basis counts."""
