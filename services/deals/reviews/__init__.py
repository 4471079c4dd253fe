"""Until when the vendor decides about a registration in review, and what happens when it does not."""
