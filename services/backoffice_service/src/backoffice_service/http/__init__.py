"""Addresses, the door and the guard."""
