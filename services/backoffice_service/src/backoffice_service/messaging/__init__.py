"""Questions and commands to the other services, and the logins that are defined here."""
