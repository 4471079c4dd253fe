"""Correcting who is who: customers that are one are merged, those that are two are split and told apart."""
