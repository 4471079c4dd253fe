"""Webhooks by Standard Webhooks 1.0: endpoints, a queue for each, signed deliveries with retries and a log."""
