"""What partners knows of the vendor's staff: who there is, and how a partner gets in touch with them."""
