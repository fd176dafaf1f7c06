"""What a terminal decides, pure: no clock, no random source, no file and no network; the shells around it
bring them.
"""
