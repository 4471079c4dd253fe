"""Tenders: one customer and product family, for which several partners register on equal terms and none exclusively."""
