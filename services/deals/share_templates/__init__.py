"""What a partner is shown of another's deal: field lists that the vendor decides on, versioned."""
