"""What report_service hears and answers."""
