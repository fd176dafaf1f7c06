"""What the service hears and says: commands, the till service's events, terminals, retained state."""
