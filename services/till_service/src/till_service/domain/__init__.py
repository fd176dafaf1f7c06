"""The rules of the ledger: functions of what was loaded and what arrived, no clock, no database."""
