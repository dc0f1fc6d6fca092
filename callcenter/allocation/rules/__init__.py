"""Decides who gets which leads, and why. Pure."""
