"""Licences and subscriptions: terms, renewals, and what is invoiced on them."""
