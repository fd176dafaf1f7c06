"""The terminal's journal on disk: SQLite, its anchor beside it, and the lock that keeps a second agent
out.
"""
