"""Screening policies: versioned rules that pass, refer or fail an application."""
