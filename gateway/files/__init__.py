"""Files: uploaded once, kept under a key of ours, opened through links of a few minutes."""
