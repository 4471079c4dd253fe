"""One search over the objects of all services, in the reach of who asks."""
