"""Mail that would be sent: kept in one table until a mail server is set up."""
