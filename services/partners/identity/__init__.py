"""Who a company is: the keys that no two partners or open applications share."""
