"""Orders of partners: lines, checks, fulfilments, returns and invoices."""
