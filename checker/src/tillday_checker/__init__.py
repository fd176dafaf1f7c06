"""The invariants of the domain, verified over ledger, journals and paper with arithmetic of its own."""
