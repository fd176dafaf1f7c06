"""What arrives from the broker, and what is answered."""
