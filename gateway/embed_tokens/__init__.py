"""Embed tokens: what a portal's own server gives to a page in somebody's browser. Short, narrow, for one origin."""
