"""Protection claims: who holds a customer for a product family, and until when."""
