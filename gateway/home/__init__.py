"""The landing view: what awaits a caller, counted where it lies."""
