"""The agent's screen: what it shows, what the agent may do, and what the system has to explain on it."""
