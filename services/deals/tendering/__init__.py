"""The vendor's part in tenders: opening, closing, awarding and cancelling them."""
