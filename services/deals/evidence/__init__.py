"""Evidence of work with a customer: dated, unchangeable, withdrawn and never deleted."""
