"""Consent: a signed-in person lets an app act for them, and the app gets a code (RFC 6749, section 4.1)."""
