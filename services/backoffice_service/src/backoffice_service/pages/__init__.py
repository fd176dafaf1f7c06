"""What pages show: templates, and the plain values they are made of."""
