"""Spreadsheets as companies have them, read into request bodies: text, rows, columns, values; then sent through the API."""
