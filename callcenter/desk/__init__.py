"""The agent's screen: its content, the agent's requests, and notices about what the system changed on it."""
