"""How much one machine takes: journals of many terminals through the real broker, ledger service and database."""
