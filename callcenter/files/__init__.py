"""What a list file is, whatever it lists: encodings, delimiters, text rows, workbooks, sealed uploads."""
