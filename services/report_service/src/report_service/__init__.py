"""Read models of the ledger and of the stores, and the answers to questions about them."""
