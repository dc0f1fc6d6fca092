"""Pure decisions of the allocation: who gets which leads, and why."""
