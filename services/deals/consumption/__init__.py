"""What was delivered or sold out on a deal: counted once, and credited to the deal's partner."""
