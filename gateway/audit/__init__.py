"""The sealed log: one a tenant, of the audit records of all services; its list, its receipts and its verification."""
