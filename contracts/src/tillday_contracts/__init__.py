"""What terminals and services say to each other, and the arithmetic that both sides must agree on."""
