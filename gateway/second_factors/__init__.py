"""Second factors: one-time passwords by the clock (RFC 6238), and recovery codes for when the device is gone."""
