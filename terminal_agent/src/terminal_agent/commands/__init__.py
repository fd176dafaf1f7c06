"""What a technician asks of a terminal at its command line, with the agent running or not."""
