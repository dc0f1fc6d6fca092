"""Objects under lock: the port to an object store, an S3 adapter and a store in memory."""
