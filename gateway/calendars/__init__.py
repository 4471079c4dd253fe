"""Calendars of business hours: what deadlines are counted by in every service."""
