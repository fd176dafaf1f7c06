"""Stores: days, terminals, people, catalogue, settings; the writer of what terminals are wished to be."""
