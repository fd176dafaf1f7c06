"""The rules of the ledger: functions of what was loaded and what arrived, without clock, database or network."""
