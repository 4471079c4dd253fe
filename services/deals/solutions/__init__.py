"""Solutions: what partners sell together, whose it is by which split, validated by the vendor and listed for everybody."""
