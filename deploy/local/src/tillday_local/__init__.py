"""Everything of Tillday on one machine: broker, database, services and terminals as supervised processes."""
