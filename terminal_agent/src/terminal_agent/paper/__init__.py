"""What stands on a receipt and on the reports: pure functions from plain values to lines."""
