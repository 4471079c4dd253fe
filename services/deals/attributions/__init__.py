"""Whose a sale is: shares of partners in a deal by kind of credit, exact to a hundredth of a percent, locked and amended."""
