"""The public door: finds the service of a noun, lets no identity through but a verified token, forwards by ASGI."""
