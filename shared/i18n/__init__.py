"""The languages that people are spoken to in: which one a request asks for, and the words in it."""
