"""Plumbing of a service: settings, logs, database, broker, outbox, inbox, feeds, health. It knows no domain word."""
