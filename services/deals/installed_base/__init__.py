"""Licences as they are kept: what customers use now, which registrations and protections are held against."""
