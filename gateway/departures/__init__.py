"""Departures: what ends when somebody leaves a partner, or altogether."""
