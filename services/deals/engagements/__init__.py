"""Co-selling: another partner takes part in a deal, and is shown of it what a template lists, while it does."""
