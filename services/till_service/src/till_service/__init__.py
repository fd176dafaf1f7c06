"""The till service: takes the terminals' journals and keeps the ledger of their till sessions."""
