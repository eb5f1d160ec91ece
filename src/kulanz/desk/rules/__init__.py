"""What may happen at the desk: transition tables, roles, deadlines. Pure: no database, clock or settings."""
