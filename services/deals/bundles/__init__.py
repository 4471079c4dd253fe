"""Bundles: products that are sold together under a SKU of their own."""
