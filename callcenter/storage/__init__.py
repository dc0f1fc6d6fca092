"""Objects in S3: what the system asks of an object store, and the stores that answer."""
