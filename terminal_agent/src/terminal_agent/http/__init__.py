"""The local HTTP API: for front ends on this machine alone, each action in a person's name."""
