"""What will be won in a month or a quarter: the open deals by their stage, what is yet to come, and how wrong this has been."""
