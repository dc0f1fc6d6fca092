"""Unit tests stay within seconds: properties are tried on fewer examples than by default."""

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quick")
