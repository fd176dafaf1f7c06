"""The till at work: what people ask, what the back office wishes, and the one path on which entries are
written.
"""
