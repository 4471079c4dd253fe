"""How PRM is started: the `prm` command, the embedded database, and what a cluster needs."""
