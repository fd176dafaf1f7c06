"""The rules of a store's days and of what its terminals are wished to be: no clock, database or broker."""
