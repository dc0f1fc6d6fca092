"""The lines to the carrier: a trunk that refuses everything is taken out by itself, and a probe takes it back."""
