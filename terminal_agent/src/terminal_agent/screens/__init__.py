"""The touch screens that the terminal serves itself, on this machine and without any network."""
