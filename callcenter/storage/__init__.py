"""Objects in S3: what the house asks of an object store, and the stores that answer."""
