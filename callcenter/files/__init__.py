"""What a list file is, whoever's list it is: encodings, delimiters, text rows, workbooks, sealed uploads."""
