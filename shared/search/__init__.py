"""Finding objects by the words of their names: `q` on lists, for any table that declares what it is found by."""
