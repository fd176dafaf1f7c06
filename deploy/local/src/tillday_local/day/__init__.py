"""One store day, unattended, on the real parts."""
