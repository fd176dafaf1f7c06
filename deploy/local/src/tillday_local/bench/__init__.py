"""How much one machine takes: journals of many terminals through real broker, ledger and database."""
