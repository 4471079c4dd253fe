"""The double-entry ledger: immutable transfers, accounts, entries, trial balance and accounting periods."""
