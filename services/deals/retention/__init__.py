"""For how long it is kept how customers' people are reached, and erasing it when that time is over."""
