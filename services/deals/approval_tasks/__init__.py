"""Approval by people: the rounds that deals go through, and the tasks that these open."""
