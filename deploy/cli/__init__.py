"""The `prm` command; one module for each thing it does."""
