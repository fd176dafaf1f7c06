"""Loading and storing sets of rows; nothing is decided here."""
