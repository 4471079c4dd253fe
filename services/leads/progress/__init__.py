"""Progress: what a partner makes of a lead it holds, up to a deal."""
