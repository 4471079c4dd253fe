"""The document of a quote: a PDF that its customer reads, in the names of partner and vendor."""
