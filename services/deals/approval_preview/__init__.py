"""Who would have to approve a deal, and why: asked before anything happens."""
