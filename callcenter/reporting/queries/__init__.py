"""SQL that reads across rooms. It never writes."""
