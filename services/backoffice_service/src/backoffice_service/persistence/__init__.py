"""Logins, visits and the audit in PostgreSQL."""
