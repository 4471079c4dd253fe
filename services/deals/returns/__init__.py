"""Returns of won deals, which take back what was earned."""
