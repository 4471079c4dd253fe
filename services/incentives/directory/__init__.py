"""What incentives knows of partners: their state and the tier they had on each day."""
