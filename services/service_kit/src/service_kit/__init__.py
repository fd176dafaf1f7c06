"""Plumbing of a service: settings, logs, database, broker, outbox, inbox, feeds, health. No domain word."""
