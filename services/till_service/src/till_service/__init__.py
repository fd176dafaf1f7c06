"""The till service: takes the terminals' journals, checks them and keeps the ledger of their till sessions."""
