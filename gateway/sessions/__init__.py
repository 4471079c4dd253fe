"""Sessions: where somebody is signed in, and the refresh tokens that keep it so."""
