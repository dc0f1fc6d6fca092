"""Asterisk by its manager interface (AMI). Its words are known in this folder only, its headers in ``translate``."""
