"""The commands of the people who run stores: ask the services, work at a terminal, show the answers."""
