"""What a change of an approved deal asks for, and the clock of its protection meanwhile."""
