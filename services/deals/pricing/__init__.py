"""Working out prices: the list, its quantity breaks, promotions and special prices, each step explained."""
