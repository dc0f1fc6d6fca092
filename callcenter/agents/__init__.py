"""Phone agents at work: sessions, states, the nailed leg, pause codes, time accounting."""
