"""How a customer's people are reached is erased: of the customer, of its deals, and of what was made of it."""
