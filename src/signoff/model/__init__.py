"""Say what the agreement promises of a world: who is in scope, which value each field should hold, who is held."""
