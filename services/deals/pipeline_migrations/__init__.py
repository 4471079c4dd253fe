"""Migrations of pipelines: all live deals of a version are moved to the one in force, in the background."""
