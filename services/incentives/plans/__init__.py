"""Plans: what is paid for which sales, in immutable versions, and to whom they are assigned."""
