"""The certificate: the laws looked at afresh over a period, each with what was checked and every exception by name."""
