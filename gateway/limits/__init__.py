"""How much a caller may ask in a while: by credential, by tenant and, without a token, by address."""
