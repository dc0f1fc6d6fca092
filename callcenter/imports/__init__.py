"""From a file to leads: upload, preview, mapping, dry run, import, rejects, further fields."""
