"""From a file to leads: upload, mapping, preview, dry run, import, rejects, further fields (L1, L2, L4)."""
