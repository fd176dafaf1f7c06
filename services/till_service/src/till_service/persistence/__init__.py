"""SQL that loads and stores sets and decides nothing."""
