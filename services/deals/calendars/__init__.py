"""Business hours, kept from what the gateway says of its calendars."""
