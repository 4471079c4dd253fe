"""Starting up on one machine: the embedded database, the settings, the command line."""
