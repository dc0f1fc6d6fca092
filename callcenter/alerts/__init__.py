"""Shows what somebody must look at: raised once, seen by those whose work it is, cleared when it is over."""
