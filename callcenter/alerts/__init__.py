"""Alerts: conditions that staff must look at. Raised once, shown to holders of a right, cleared when they are over."""
