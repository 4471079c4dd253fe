"""How a reporter's columns are called, said once and used by name."""
