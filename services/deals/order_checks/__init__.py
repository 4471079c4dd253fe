"""What checks of orders ask of price lists, the catalogue and the directory of partners."""
