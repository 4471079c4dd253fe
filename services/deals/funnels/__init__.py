"""How many deals come how far: each stage of a pipeline by the deals that were approved in a time."""
