"""Registration policies: quotas, evidence, duplicates and cooling off, as versions that the vendor publishes."""
