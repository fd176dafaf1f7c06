"""The schema `store`: SQL that loads and saves sets, and decides nothing."""
