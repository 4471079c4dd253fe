"""Transfers of registrations as they are kept: what is asked of whom, which the registrations in them are held against."""
