"""HTTP: one route class, strict JSON, problems, idempotency, conditional requests."""
