"""First try, with other columns; kept for reference."""
