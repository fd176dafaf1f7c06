"""Who may do what, and for how long somebody stays signed in."""
