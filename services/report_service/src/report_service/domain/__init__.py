"""Folding events into rows and rows into answers: pure, nothing here knows a clock or a database."""
