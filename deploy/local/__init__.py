"""Everything a machine needs to run PRM on its own: the embedded database and the processes around it."""
