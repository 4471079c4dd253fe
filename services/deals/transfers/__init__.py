"""Moving a customer's registration to another partner: the request, the consents, and the move itself."""
