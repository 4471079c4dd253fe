"""What portals ask to build themselves: objects, fields, values, states and the words for them."""
