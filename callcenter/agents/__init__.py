"""Phone agents at work: sessions, states, the permanent leg, pause codes, time accounting."""
